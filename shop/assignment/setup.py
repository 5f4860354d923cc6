"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from shop.assignment import api, desk, models, pages, permissions, reactions
from shop.fairs.tabs import fair_tab

__all__ = ["init_app", "models", "pages", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, roles and reactions."""
    register_api(app, api.assignments)
    app.register_blueprint(desk.pages)
    fair_tab("assignment", _l("Xếp gian"), "fair_assignment.show", order=50, action="assignment.read")
