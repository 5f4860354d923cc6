"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import belongs, menu_item
from shop.fairdays import api, desk, desk_stalls, doctor, face, jobs, models, pages, permissions, reactions
from shop.fairs.tabs import fair_tab

__all__ = ["desk_stalls", "doctor", "init_app", "jobs", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions, invariants, menus and the tabs of a fair."""
    register_api(app, api.fairs, api.bookings, api.badges_api, api.incidents_api)
    for one in (desk.pages, pages.pages, face.pages):
        app.register_blueprint(one)
    fair_tab("days", _l("Ngày hội"), "fairdays_desk.board", order=80, action="fairdays.read")
    fair_tab("badges", _l("Thẻ, biển"), "fairdays_desk.badges_page", order=82, action="fairdays.read")
    fair_tab("incidents", _l("Sự cố"), "fairdays_desk.incidents_page", order=84, action="fairdays.read")
    fair_tab("stalls", _l("Quầy bán"), "fairdays_desk.stalls_page", order=86, action="fairdays.read")
    fair_tab("lists", _l("Nhà thầu, danh sách"), "fairdays_desk.lists", order=88, action="fairdays.read")
    belongs("fairs.index", pages.BASE)
    menu_item("desk", _l("Đón khách hội chợ"), "fairday_gate.index", order=61, action="fairdays.check_in", icon="qr")
    menu_item("account", _l("Chuẩn bị gian hội chợ"), "fairdays.mine", order=28, action="fairdays.prepare", icon="fair")
