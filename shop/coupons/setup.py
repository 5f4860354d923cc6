"""Joins coupons to the application."""

from flask import Flask

from shop.coupons import doctor, models, permissions

__all__ = ["doctor", "init_app", "models", "permissions"]


def init_app(app: Flask) -> None:
    """Nothing of its own: tables, invariants and permissions are known by import."""
