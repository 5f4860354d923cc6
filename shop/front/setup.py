"""Joins the shop front to the application."""

from flask import Flask, url_for
from flask_babel import lazy_pgettext as pgettext

from core.web.api import register_api
from core.web.assets import add_stylesheet
from core.web.menu import menu_item
from shop.front import api, directory, machines, pages

__all__ = ["directory", "init_app", "machines"]


def init_app(app: Flask) -> None:
    """Register routes, the search box of every page and the menu's first line."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    add_stylesheet("css/front.css", "shop")
    add_stylesheet("css/search.css", "shop")
    app.context_processor(search_box)
    menu_item("main", pgettext("menu", "Sản phẩm"), "front.browse", order=10, icon="grid")


def search_box() -> dict[str, str]:
    """Where the search box of the layout leads, and where its suggestions come from."""
    return {
        "search_url": url_for("front.browse"),
        "suggest_url": url_for("api_products.suggest"),
        "suggested_url": url_for("front.product", slug="__"),
    }
