"""Joins accounts to the application. (Not in ``__init__``: the audit trail imports ``actor`` from this package.)"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages, commands, and how the caller of a request is found."""
