"""Joins remittances to the application."""

from flask import Flask

from shop.remittances import models, permissions

__all__ = ["init_app", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Permissions and tables are registered by import; the desk has the pages."""
