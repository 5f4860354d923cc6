"""Joins invoices to the application."""

from flask import Flask

from shop.invoices import models

__all__ = ["init_app", "models"]


def init_app(app: Flask) -> None:
    """Nothing to register yet."""
