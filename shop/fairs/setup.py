"""Joins fairs to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import menu_item
from shop.fairs import (
    api,
    application_api,
    application_pages,
    booking_api,
    desk,
    foresight,
    invariants,
    jobs,
    pages,
    permissions,
    reactions,
)

__all__ = ["application_pages", "foresight", "init_app", "invariants", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions, clock work and the menu's line."""
    register_api(app, api.fairs, application_api.applications, booking_api.bookings_api)
    app.register_blueprint(pages.pages)
    app.register_blueprint(desk.pages)
    menu_item("main", _l("Hội chợ"), "fairs.index", order=40, icon="calendar")
    menu_item("desk", _l("Hội chợ"), "fair_desk.index", order=60, action="fairs.read", icon="fair")
