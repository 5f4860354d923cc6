"""Joins gift baskets to the application."""

from flask import Flask

from shop.baskets import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Register routes."""
