"""Joins settlements to the application."""

from flask import Flask

from core.web.api import register_api
from shop.settlements import doctor, letters, models, paying, permissions, telling
from shop.settlements.api import blp

__all__ = ["doctor", "init_app", "letters", "models", "paying", "permissions", "telling"]


def init_app(app: Flask) -> None:
    """Register routes; invariants, letters, permissions and the payout port are registered by import."""
    register_api(app, blp)
