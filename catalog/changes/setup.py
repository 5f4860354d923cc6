"""Joins changes to the house."""

from flask import Flask

from catalog.changes import models
from core.accounts.permissions import permit

#: Imported for what they register: tables.
REGISTERED = (models,)


def init_app(app: Flask) -> None:
    """Register permissions."""
    permit("changes.read", "producer", "certifier", "auditor", "admin")
    permit("changes.propose", "producer", "certifier", "admin")
    permit("changes.decide", "certifier", "admin")
    permit("prices.read", "producer", "certifier", "auditor", "admin")
    permit("prices.set", "producer", "admin")
