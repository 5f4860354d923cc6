"""Joins gift baskets to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import menu_item
from shop.baskets import api, foresight, pages, permissions

__all__ = ["foresight", "init_app", "permissions"]


def init_app(app: Flask) -> None:
    """Register routes and the menu's line."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    menu_item("main", _l("Giỏ quà"), "baskets.index", order=55, icon="gift")
