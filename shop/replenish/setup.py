"""Joins replenishment to the application."""

from flask import Flask

from shop.replenish import doctor, jobs, permissions, reactions
from shop.replenish.pages import pages

__all__ = ["doctor", "init_app", "jobs", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register the producer's page; reactions, jobs, invariants and permissions are registered by import."""
    app.register_blueprint(pages)
