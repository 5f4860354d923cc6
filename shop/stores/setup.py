"""Joins stores to the application."""

from flask import Flask
from flask_babel import lazy_pgettext as pgettext

from core.web.api import register_api
from core.web.menu import menu_item
from shop.stores import api, pages, roles

__all__ = ["init_app", "roles"]


def init_app(app: Flask) -> None:
    """Register routes, roles and the menu's line."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    menu_item("main", pgettext("menu", "Cửa hàng"), "stores.index", order=30, icon="store")
