"""Joins the report after a fair to the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from admin.fair_report.pages import pages
from shop.fairs.tabs import fair_tab


def init_app(app: Flask) -> None:
    """Register its page and its tab at the desk of every fair."""
    app.register_blueprint(pages)
    fair_tab("bao-cao", _l("Báo cáo"), "fair_report.show", order=90)
