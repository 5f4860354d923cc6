"""Joins waiting shoppers to the application."""

from flask import Flask

from core.web.api import register_api
from shop.waiting import api, jobs, pages, permissions, reactions

__all__ = ["init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes, and give pages what `waiting/_ask.html` asks."""
    register_api(app, api.blp)
    app.register_blueprint(pages.pages)
    app.add_template_global(pages.own_contact, "waiting_contact")
