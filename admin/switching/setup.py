"""Joins switching in to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from admin.switching import jobs, pages, permissions
from core.web.menu import menu_item

__all__ = ["init_app", "jobs", "pages", "permissions"]


def init_app(app: Flask) -> None:
    """The menu's line; pages stand on the desks' blueprint, jobs and permissions are registered by import."""
    goods = _l("Sản phẩm")
    menu_item(
        "desk", _l("Chuyển sang"), "desk.switching_stores", order=47, action="switching.run", icon="return", group=goods
    )
