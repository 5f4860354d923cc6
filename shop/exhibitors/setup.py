"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.menu import menu_item
from shop.exhibitors import (
    history,
    invariants,
    invited,
    jobs,
    mine,
    models,
    outside_pages,
    outsiders,
    permissions,
    reactions,
)
from shop.exhibitors.blueprint import pages
from shop.fairs import joined

__all__ = [
    "history", "init_app", "invariants", "invited", "jobs", "joined", "mine", "models", "outside_pages", "permissions",
    "reactions",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions and clock work."""
    outsiders.register()
    app.register_blueprint(pages)
    menu_item("desk", _l("Hội chợ của tôi"), "exhibitors.mine", order=15, action="fairs.join", icon="fair")
    menu_item("desk", _l("Giấy tờ ngoài hệ thống"), "exhibitors.papers_desk", order=62, action="outsiders.read",
              icon="document")  # fmt: skip
