"""Joins the feature to the application."""

from flask import Flask

from shop.exhibitors import models
from shop.fairs import joined

__all__ = ["init_app", "joined", "models"]


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions and clock work."""
