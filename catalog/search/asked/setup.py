"""Joins the counting of searches to the house."""

from flask import Flask

from catalog.search.asked import gather, jobs
from core.accounts.permissions import permit

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Make this process's notes; importing the package has registered the clock work."""
    permit("searches.read", "admin", "auditor")
    gather.init_app(app)
