"""Joins photos to the house: who may keep, read and moderate them, the page that serves them, the API."""

from flask import Flask

from catalog.photos import api, pages
from core.accounts.permissions import permit
from core.web.api import register_api


def init_app(app: Flask) -> None:
    """Register permissions, the page and the API."""
    permit("photos.edit", "producer", "certifier", "admin")
    permit("photos.read", "producer", "certifier", "auditor", "admin")
    permit("photos.moderate", "certifier", "admin")
    pages.init_app(app)
    register_api(app, api.blp)
