"""Joins removals to the application."""

from flask import Flask

from core.web.api import register_api
from shop.removals import api, doctor, permissions

__all__ = ["doctor", "init_app", "permissions"]


def init_app(app: Flask) -> None:
    """Register routes; invariants and permissions are registered by import."""
    register_api(app, api.blp)
