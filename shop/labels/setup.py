"""Joins labels to the application."""

from flask import Flask

from shop.labels import models, permissions, reactions

__all__ = ["init_app", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Importing the package has registered what the feature has; its desk is in admin."""
