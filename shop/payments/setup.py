"""Joins payments to the application."""

from flask import Flask

from shop.payments import doctor, jobs, providers, refunds

__all__ = ["doctor", "init_app", "jobs", "providers", "refunds"]


def init_app(app: Flask) -> None:
    """Importing this module has registered the ways to pay and the clock work; there are no routes yet."""
