"""Staff faces: desks, reports, demonstration data. No tables of its own."""

from flask import Flask

from admin import setup


def init_app(app: Flask) -> None:
    """Join the desks to the application."""
    setup.init_app(app)
