"""Joins stock to the application."""

from flask import Flask

from core.web.api import register_api
from shop.inventory import api, closing, doctor, foresight, jobs, papers, reactions

__all__ = ["closing", "doctor", "foresight", "init_app", "jobs", "papers", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes; importing the package has registered invariants, jobs and reactions."""
    register_api(app, api.blp)
