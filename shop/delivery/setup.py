"""Joins delivery to the application."""

from flask import Flask

from shop.delivery import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Nothing of its own yet: tables are known by import."""
