"""Joins the wordbook to the house."""

from flask import Flask

from catalog.search.wordbook import api
from core.accounts.permissions import permit
from core.web.api import register_api


def init_app(app: Flask) -> None:
    """Register permissions and the API."""
    permit("synonyms.read", "admin", "auditor")
    permit("synonyms.edit", "admin")
    register_api(app, api.blp)
