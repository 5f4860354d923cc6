"""Joins settlements to the application."""

from flask import Flask

from shop.settlements import doctor, models, paying, permissions

__all__ = ["doctor", "init_app", "models", "paying", "permissions"]


def init_app(app: Flask) -> None:
    """Register what the feature has."""
