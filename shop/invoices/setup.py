"""Joins invoices to the application."""

from flask import Flask

from core.web.api import register_api
from shop.invoices import doctor, models, pages, permissions, reactions
from shop.invoices.api import blp

__all__ = ["doctor", "init_app", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes; reactions, invariants, permissions and the panel are registered by import."""
    register_api(app, blp)
    app.register_blueprint(pages.pages)
