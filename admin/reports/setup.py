"""Joins the reports to the application."""

from flask import Flask

from admin.reports import api, awards, certificates, coverage, fairs, lapses, pages, sales, searches, stock, targets
from core.web.api import register_api

__all__ = [
    "awards", "certificates", "coverage", "fairs", "init_app", "lapses", "pages", "sales", "searches", "stock",
    "targets",
]  # fmt: skip


def init_app(app: Flask) -> None:
    """Register the API; importing the package has registered reports and pages."""
    register_api(app, api.blp)
