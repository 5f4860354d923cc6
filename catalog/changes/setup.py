"""Joins changes to the house."""

from flask import Flask

from catalog.changes import api, invariants, jobs, models, reactions
from core.accounts.permissions import permit
from core.web.api import register_api

#: Imported for what they register: tables, clock work, reactions, the doctor's questions.
REGISTERED = (invariants, jobs, models, reactions)


def init_app(app: Flask) -> None:
    """Register routes and permissions."""
    permit("changes.read", "producer", "certifier", "auditor", "admin")
    permit("changes.propose", "producer", "certifier", "admin")
    permit("changes.decide", "certifier", "admin")
    permit("prices.read", "producer", "certifier", "auditor", "admin")
    permit("prices.set", "producer", "certifier", "admin")
    register_api(app, api.blp)
