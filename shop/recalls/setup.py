"""Joins recalls to the application."""

from flask import Flask

from shop.recalls import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register what the feature has."""
