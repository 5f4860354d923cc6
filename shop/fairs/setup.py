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
    desk_applications,
    desk_bookings,
    foresight,
    invariants,
    jobs,
    pages,
    permissions,
    plan_api,
    plan_desk,
    reactions,
    tabs,
    underlay_desk,
)
from shop.fairs.tabs import fair_tab

__all__ = [
    "application_pages",
    "desk_applications",
    "desk_bookings",
    "foresight",
    "init_app",
    "invariants",
    "jobs",
    "permissions",
    "reactions",
    "underlay_desk",
]


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions, clock work and the menu's line."""
    register_api(app, api.fairs, application_api.applications, booking_api.bookings_api, plan_api.plans)
    app.register_blueprint(pages.pages)
    app.register_blueprint(desk.pages)
    app.register_blueprint(plan_desk.pages)
    tabs.init_app(app)
    fair_tab("overview", _l("Tổng quan"), "fair_desk.show", order=10)
    fair_tab("plan", _l("Sơ đồ"), "fair_plan.show", order=30)
    fair_tab("applications", _l("Hồ sơ"), "fair_desk.list_applications", order=40)
    fair_tab("bookings", _l("Gian đã giao"), "fair_desk.list_bookings", order=60)
    menu_item("main", _l("Hội chợ"), "fairs.index", order=40, icon="calendar")
    menu_item("desk", _l("Hội chợ"), "fair_desk.index", order=60, action="fairs.read", icon="fair")
