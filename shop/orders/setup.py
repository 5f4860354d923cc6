"""Joins orders to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.assets import add_stylesheet
from core.web.menu import menu_item
from shop.orders import (
    again,
    card,
    checkout_page,
    closing,
    discounts,
    doctor,
    foresight,
    jobs,
    life_api,
    life_pages,
    reactions,
    roles,
    several,
    telling,
    transfer,
)
from shop.orders.api import blp
from shop.orders.pages import pages

__all__ = [
    "again",
    "card",
    "checkout_page",
    "closing",
    "discounts",
    "doctor",
    "foresight",
    "init_app",
    "jobs",
    "life_api",
    "life_pages",
    "reactions",
    "roles",
    "several",
    "telling",
    "transfer",
]


def init_app(app: Flask) -> None:
    """Register routes; reactions, jobs, invariants and permissions are registered by import."""
    register_api(app, blp)
    app.register_blueprint(pages)
    add_stylesheet("css/orders.css", "shop")
    menu_item("account", _l("Đơn hàng của tôi"), "orders.mine", order=55, icon="receipt", known=True)
    menu_item("account", _l("Tra đơn hàng"), "orders.lookup", order=60, icon="box")
