"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.clock import today
from core.web.api import register_api
from core.web.menu import belongs
from shop.fairs.links import fair_door
from shop.fairs.models import Fair
from shop.fairs.tabs import fair_tab
from shop.meetings import api, desk, doctor, jobs, pages, permissions, reactions, words
from shop.meetings.queries import find_plan
from shop.meetings.service import takes_buyers

__all__ = ["doctor", "init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, words, the tab of the desk and the door on a fair's public page."""
    register_api(app, api.of_fairs, api.meetings)
    app.register_blueprint(pages.pages)
    app.register_blueprint(desk.pages)
    words.init_app(app)
    belongs("fairs.index", "/ket-noi")
    fair_tab("ket-noi", _l("Cung cầu"), "meeting_desk.show", order=70, action="meetings.read")
    fair_door(_l("Kết nối cung cầu: hẹn gặp chủ thể"), "meetings.new", "people", 20, _is_open)


def _is_open(fair: Fair) -> bool:
    """Whether visitors are shown the way: while buyers may register."""
    plan = find_plan(fair.id)
    return plan is not None and takes_buyers(fair, plan.is_open, plan.register_until, today())
