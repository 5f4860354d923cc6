"""Joins fairs to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import menu_item
from shop.fairs import api, desk, foresight, jobs, pages, permissions, reactions, tabs
from shop.fairs.applying import api as application_api
from shop.fairs.applying import desk as desk_applications
from shop.fairs.applying import pages as application_pages
from shop.fairs.booths import api as booking_api
from shop.fairs.booths import desk as desk_bookings
from shop.fairs.booths import invariants, queue_desk
from shop.fairs.booths import jobs as booking_jobs
from shop.fairs.booths import offer_api as life_api
from shop.fairs.booths import pages as booking_pages
from shop.fairs.booths import reactions as booking_reactions
from shop.fairs.life import api as fair_life_api
from shop.fairs.life import choice_pages, desk_life, papers
from shop.fairs.life import desk as desk_fair
from shop.fairs.life import telling as fair_telling
from shop.fairs.plans import api as plan_api
from shop.fairs.plans import desk as plan_desk
from shop.fairs.plans import underlay_desk
from shop.fairs.tabs import fair_tab

__all__ = [
    "application_pages",
    "booking_jobs",
    "booking_reactions",
    "choice_pages",
    "desk_applications",
    "desk_bookings",
    "desk_fair",
    "desk_life",
    "fair_life_api",
    "fair_telling",
    "foresight",
    "init_app",
    "invariants",
    "jobs",
    "life_api",
    "papers",
    "permissions",
    "queue_desk",
    "reactions",
    "underlay_desk",
]


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions, clock work and the menu's line."""
    register_api(app, api.fairs, application_api.applications, booking_api.bookings_api)
    register_api(app, life_api.swaps_api, plan_api.plans)
    app.register_blueprint(pages.pages)
    app.register_blueprint(booking_pages.pages)
    app.register_blueprint(desk.pages)
    app.register_blueprint(plan_desk.pages)
    tabs.init_app(app)
    fair_tab("overview", _l("Tổng quan"), "fair_desk.show", order=10)
    fair_tab("facts", _l("Thông tin"), "fair_desk.facts", order=20, action="fairs.manage")
    fair_tab("plan", _l("Sơ đồ"), "fair_plan.show", order=30)
    fair_tab("queue", _l("Danh sách chờ"), "fair_desk.list_waiting", order=55)
    fair_tab("bookings", _l("Gian đã giao"), "fair_desk.list_bookings", order=60)
    fair_tab("people", _l("Ban tổ chức"), "fair_desk.people", order=95, action="fairs.people")
    menu_item("main", _l("Hội chợ"), "fairs.index", order=40, icon="calendar")
    menu_item("desk", _l("Hội chợ"), "fair_desk.index", order=60, action="fairs.read", icon="fair")
