"""Joins renewals to the application."""

from flask import Flask

from catalog.renewals import api, invariants, jobs, reactions
from core.accounts.permissions import permit
from core.web.api import register_api

__all__ = ["init_app", "invariants", "jobs", "reactions"]


def init_app(app: Flask) -> None:
    """Register routes and actions; importing the package has registered job, reactions and the doctor's question."""
    permit("renewals.read", "producer", "certifier", "auditor", "admin")
    permit("renewals.file", "producer", "certifier")
    permit("renewals.confirm", "certifier")
    register_api(app, api.blp)
