"""Joins the trace to the application."""

from flask import Flask

from core.web.api import register_api
from shop.trace import api, pages


def init_app(app: Flask) -> None:
    """Register routes."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
