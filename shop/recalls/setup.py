"""Joins recalls to the application."""

from flask import Flask

from core.web.api import register_api
from shop.recalls import api, doctor, jobs, letters, models, permissions, telling

__all__ = ["doctor", "init_app", "jobs", "letters", "models", "permissions", "telling"]


def init_app(app: Flask) -> None:
    """Register routes; reactions, jobs, letters, permissions and invariants are registered by import."""
    register_api(app, api.blp)
