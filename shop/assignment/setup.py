"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from shop.assignment import api, barring, desk, models, pages, permissions, reactions, views
from shop.fairs.tabs import fair_tab

__all__ = ["barring", "init_app", "models", "pages", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, roles and reactions."""
    app.add_template_global(views.why_url, "why_booth_url")
    register_api(app, api.assignments)
    app.register_blueprint(desk.pages)
    fair_tab("assignment", _l("Xếp gian"), "fair_assignment.show", order=50, action="assignment.read")
