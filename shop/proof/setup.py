"""Joins proof to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.assets import add_stylesheet
from core.web.menu import menu_item
from shop.proof import api, desk, jobs, models, pages, permissions, scan
from shop.proof.queries import count_new

__all__ = ["init_app", "jobs", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Register routes, permissions, clock work, the style sheet and the menus' lines."""
    register_api(app, api.blp)
    pages.init_app(app)
    app.register_blueprint(scan.pages)
    app.register_blueprint(desk.pages)
    add_stylesheet("css/proof.css", "shop")
    menu_item(
        "desk", _l("Báo nhãn"), "proof_desk.reports", order=28, action="label_reports.read", icon="eye",
        group=_l("Sản phẩm"), badge=count_new,
    )  # fmt: skip
