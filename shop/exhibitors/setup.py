"""Joins the feature to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import belongs, menu_item
from shop.exhibitors import (
    api,
    copied,
    desk_delegations,
    desk_guests,
    desk_review,
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
from shop.fairs.applying import joined
from shop.fairs.tabs import fair_tab

__all__ = [
    "copied", "desk_delegations", "desk_guests", "desk_review", "history", "init_app", "invariants", "invited", "jobs",
    "joined", "mine", "models", "outside_pages", "permissions", "reactions",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions, clock work, tabs of a fair's desk and lines of the menus."""
    outsiders.register()
    register_api(app, api.blp)
    app.register_blueprint(pages)
    fair_tab("applications", _l("Hồ sơ"), "exhibitors.board", order=40, action="applications.review")
    fair_tab("invitations", _l("Lời mời"), "exhibitors.invitation_list", order=42, action="invitations.manage")
    fair_tab("delegations", _l("Đoàn"), "exhibitors.delegation_list", order=44, action="delegations.manage")
    fair_tab("messages", _l("Tin gửi"), "exhibitors.message_list", order=90, action="broadcasts.send")
    belongs("fairs.index", "/hoi-cho-cua-toi")
    menu_item("desk", _l("Hội chợ của tôi"), "exhibitors.mine", order=15, action="fairs.join", icon="fair")
    menu_item("desk", _l("Chấm hồ sơ hội chợ"), "exhibitors.review_home", order=61, action="fairs.judge", icon="check")
    menu_item("desk", _l("Đoàn của tôi"), "exhibitors.my_delegations", order=61, action="fairs.bring", icon="people")
    menu_item(
        "desk", _l("Giấy tờ ngoài hệ thống"), "exhibitors.papers_desk", order=62, action="outsiders.read",
        icon="document",
    )  # fmt: skip
