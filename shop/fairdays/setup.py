"""Joins the feature to the application."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register routes, roles, reactions and clock work."""
