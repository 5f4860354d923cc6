"""Joins mandates to the house: who may give, enter, read and end them; notices; clock work."""

from flask import Flask

from catalog.mandates import jobs, queries, reactions
from core.accounts.permissions import permit

__all__ = ["init_app", "jobs", "queries", "reactions"]


def init_app(_app: Flask) -> None:
    """Register permissions. What a mandate lets do stands in `rules.PARTS`; none of these is part of it."""
    permit("mandates.give", "producer")
    permit("mandates.enter", "certifier", "admin")
    permit("mandates.read", "producer", "certifier", "auditor", "admin")
    permit("mandates.end", "admin")
