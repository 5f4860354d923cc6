"""Joins carts to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import menu_item
from shop.carts import api, foresight, jobs, mine, pages

__all__ = ["foresight", "init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Register routes and the menu's basket with its number."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    menu_item("main", _l("Giỏ hàng"), "carts.show", order=50, badge=mine.badge, icon="cart")
