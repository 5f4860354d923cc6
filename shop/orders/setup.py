"""Joins orders to the application."""

from flask import Flask

from core.web.api import register_api
from shop.orders import doctor, jobs, reactions, roles
from shop.orders.api import blp

__all__ = ["doctor", "jobs", "join", "reactions", "roles"]


def init_app(app: Flask) -> None:
    """Register routes; reactions, jobs, invariants and permissions are registered by import."""
    register_api(app, blp)
