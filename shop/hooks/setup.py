"""Joins webhooks to the application: no pages of their own; the desks keep them."""

from flask import Flask

from shop.hooks import jobs, permissions, reactions, sending

__all__ = ["init_app", "jobs", "permissions", "reactions", "sending"]


def init_app(app: Flask) -> None:
    """Everything is registered by import."""
