"""Joins transfers to the application."""

from flask import Flask

from core.web.api import register_api
from shop.transfers import api, closing, doctor, permissions, reactions

__all__ = ["closing", "doctor", "init_app", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes; invariants and permissions are registered by import."""
    register_api(app, api.blp)
