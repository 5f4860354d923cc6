"""Joins papers to the house: who may record and confirm them, and whose their scans are."""

from flask import Flask

from catalog.documents.subjects import Owner, subject_kind
from catalog.papers import api, jobs
from catalog.papers.queries import find_paper, owner_of
from core.accounts.permissions import permit
from core.web.api import register_api

__all__ = ["init_app", "jobs"]


def init_app(app: Flask) -> None:
    """Register permissions, the subject of documents and the API."""
    permit("papers.read", "producer", "certifier", "auditor", "admin")
    permit("papers.record", "producer", "certifier")
    permit("papers.confirm", "certifier")
    subject_kind("paper", _owner)
    register_api(app, api.blp)


def _owner(code: str) -> Owner | None:
    paper = find_paper(code)
    return Owner(owner_of(paper).code) if paper else None
