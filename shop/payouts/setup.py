"""Joins payouts to the application."""

from flask import Flask

from shop.payouts import doctor, permissions, reactions
from shop.payouts.pages import pages

__all__ = ["doctor", "init_app", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register the buyer's page; reactions, invariants and permissions are registered by import."""
    app.register_blueprint(pages)
