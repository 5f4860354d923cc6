"""Reading requests about personal data."""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.db import db
from shop.privacy.models import PrivacyRequest
from shop.privacy.refusals import RequestNotFound
from shop.privacy.rules import Stage


def list_requests(page: int, per_page: int, *, only_open: bool) -> tuple[Sequence[PrivacyRequest], int]:
    """A page of requests, most urgent first, with the whole number."""
    where = [PrivacyRequest.state == Stage.OPEN] if only_open else []
    total = db.session.scalar(select(func.count()).select_from(PrivacyRequest).where(*where)) or 0
    query = select(PrivacyRequest).where(*where).order_by(PrivacyRequest.due_on, PrivacyRequest.id)
    return db.session.scalars(query.limit(per_page).offset((page - 1) * per_page)).all(), total


def count_open() -> int:
    """How many wait for an answer."""
    return db.session.scalar(select(func.count()).where(PrivacyRequest.state == Stage.OPEN)) or 0


def get_request(code: str) -> PrivacyRequest:
    """A request by its public code. Raises RequestNotFound. Says nothing about who may see it."""
    found = db.session.scalar(select(PrivacyRequest).where(PrivacyRequest.code == code))
    if found is None:
        raise RequestNotFound
    return found
