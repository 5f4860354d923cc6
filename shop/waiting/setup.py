"""Joins waiting shoppers to the application."""

from flask import Flask

from shop.waiting import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register routes."""
