"""Joins the feature to the application."""

from flask import Flask

from shop.assignment import models, permissions, reactions

__all__ = ["init_app", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, roles and reactions."""
