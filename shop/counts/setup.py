"""Joins counts to the application."""

from flask import Flask

from core.web.api import register_api
from shop.counts import api, doctor, models, permissions

__all__ = ["doctor", "init_app", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Register routes; permissions, tables and invariants are registered by import."""
    register_api(app, api.blp)
