"""Joins stops to the house: who may order them, and whose their papers are."""

from flask import Flask
from sqlalchemy import select

from catalog.documents.subjects import Owner, subject_kind
from catalog.stops import api, jobs, reactions
from catalog.stops.models import ProductStop
from core.accounts.permissions import permit
from core.db import db
from core.web.api import register_api

__all__ = ["init_app", "jobs", "reactions"]


def init_app(app: Flask) -> None:
    """Register permissions, the subject of documents and the API."""
    permit("stops.order", "certifier", "admin")
    permit("stops.read", "certifier", "auditor", "admin")
    subject_kind("stop", _owner)
    register_api(app, api.blp)


def _owner(code: str) -> Owner | None:
    stop = db.session.scalars(select(ProductStop).where(ProductStop.code == code)).first()
    if stop is None:
        return None
    producer = stop.producer or (stop.product.producer if stop.product else None)
    return Owner(producer.code if producer else None)
