"""Joins bank lines to the application."""

from flask import Flask

from core.web.assets import add_stylesheet
from shop.bank import doctor, jobs, permissions, reactions
from shop.bank.pages import pages

__all__ = ["doctor", "init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes; reactions, jobs, invariants and permissions are registered by import."""
    app.register_blueprint(pages)
    add_stylesheet("css/bank.css", "shop")
