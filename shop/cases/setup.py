"""Joins cases to the application: tables, reactions and permissions are registered by import."""

from flask import Flask

from shop.cases import reactions, roles

__all__ = ["init_app", "reactions", "roles"]


def init_app(app: Flask) -> None:
    """Nothing else: the pages stand at the desks."""
