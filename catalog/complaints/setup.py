"""Joins complaints to the house."""

from flask import Flask

from catalog.complaints import api
from catalog.complaints.pages import pages
from core.accounts.permissions import permit
from core.web.api import register_api


def init_app(app: Flask) -> None:
    """Register permissions, the public pages and the API."""
    permit("complaints.read", "certifier", "auditor", "admin")
    permit("complaints.handle", "certifier", "admin")
    app.register_blueprint(pages)
    register_api(app, api.blp)
