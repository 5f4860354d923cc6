"""Joins delivery to the application."""

from flask import Flask

from shop.delivery import models, permissions

__all__ = ["init_app", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Nothing of its own: tables and permissions are known by import."""
