"""Joins returns to the application."""

from flask import Flask

from core.web.api import register_api
from shop.orders.panels import panel
from shop.returns import doctor, given_back, permissions, sold, telling
from shop.returns.api import blp
from shop.returns.pages import build_panel, pages

__all__ = ["doctor", "given_back", "init_app", "permissions", "sold", "telling"]


def init_app(app: Flask) -> None:
    """Register routes and the panel of the order page; the rest is registered by import."""
    register_api(app, blp)
    app.register_blueprint(pages)
    panel(40, "returns", build_panel, "returns/_panel.html")
