"""Joins vouchers to the application."""

from flask import Flask

from core.web.api import register_api
from shop.vouchers import doctor, foresight, models, pages, permissions, reactions
from shop.vouchers.api import blp

__all__ = ["doctor", "foresight", "init_app", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes; the rest is registered by import."""
    register_api(app, blp)
    app.register_blueprint(pages.pages)
