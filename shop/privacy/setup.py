"""Joins personal data to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.menu import menu_item
from shop.privacy import jobs, permissions, reactions
from shop.privacy.pages import pages

__all__ = ["init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register the pages; jobs, reactions and permissions are registered by import."""
    app.register_blueprint(pages)
    menu_item("account", _l("Dữ liệu của tôi"), "privacy.home", order=70, icon="shield")
