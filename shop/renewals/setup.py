"""Joins the shop's part of renewals to the application."""

from flask import Flask

from shop.renewals import recipients

__all__ = ["init_app", "recipients"]


def init_app(app: Flask) -> None:
    """Importing the package has registered whom to remind; its pages stand at the desks."""
