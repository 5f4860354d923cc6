"""Joins tills to the application."""

from flask import Flask

from core.web.api import register_api
from shop.tills import api, face, models, pages, permissions

__all__ = ["init_app", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Register routes and permissions."""
    register_api(app, api.blp, api.stores_blp)
    app.register_blueprint(pages.pages)
    app.register_blueprint(face.pages)
