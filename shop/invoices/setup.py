"""Joins invoices to the application."""

from flask import Flask

from shop.invoices import doctor, models, permissions, reactions

__all__ = ["doctor", "init_app", "models", "permissions", "reactions"]


def init_app(app: Flask) -> None:
    """Reactions, invariants and permissions are registered by import."""
