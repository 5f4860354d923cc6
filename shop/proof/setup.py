"""Joins proof to the application."""

from flask import Flask

from shop.proof import pages

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Register the pages."""
    pages.init_app(app)
