"""Joins settlements to the application."""

from flask import Flask

from shop.settlements import models, paying, permissions

__all__ = ["init_app", "models", "paying", "permissions"]


def init_app(app: Flask) -> None:
    """Register what the feature has."""
