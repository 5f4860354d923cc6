"""Joins tills to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from core.web.api import register_api
from core.web.menu import menu_item
from shop.tills import (
    api,
    closing,
    covered,
    doctor,
    face,
    jobs,
    letters,
    models,
    pages,
    people_models,
    permissions,
    reactions,
)

__all__ = [
    "closing",
    "covered",
    "doctor",
    "init_app",
    "jobs",
    "letters",
    "models",
    "people_models",
    "permissions",
    "reactions",
]


def init_app(app: Flask) -> None:
    """Register routes; importing the package has registered permissions, invariants, jobs and reactions."""
    register_api(app, api.blp, api.stores_blp)
    app.register_blueprint(pages.pages)
    app.register_blueprint(face.pages)
    menu_item("account", _l("Mã PIN đứng quầy"), "tills.pin", order=8, action="till.sell", icon="lock")
