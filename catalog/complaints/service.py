"""Verbs on complaints: receive, take a step. Each is one transaction; the log only grows."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from catalog.complaints.models import Complaint, ComplaintStep
from catalog.complaints.refusals import ComplaintNotFound, ComplaintState
from catalog.complaints.rules import due_on, may_follow
from catalog.products.queries import find_product
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.ids import digest, secret_token, short_code
from core.web.ratelimit import caller_address, limit

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Received(NamedTuple):
    """A complaint and the secret of its own address, told once."""

    complaint: Complaint
    token: str


def complain(
    by: Actor, *, about: str, topic: str, words: str, name: str = "", contact: str = "", product: str | None = None
) -> Received:
    """Take a complaint from anybody; `product` (code or slug) ties it to one of ours, where there is one.

    Raises RateLimited: by address, wide enough for a market that shares one, and by contact.
    """
    limit("complaint.address", caller_address(), times=20, per=_HOUR)
    if contact:
        limit("complaint.contact", contact.casefold(), times=5, per=_DAY)
    token = secret_token()
    with transaction() as session:
        at = now()
        found = find_product(product) if product else None
        complaint = Complaint(
            code=short_code("KN"), product_id=found.id if found else None, about=about, topic=topic, words=words,
            name=name, contact=contact, state="received", received_at=at, due_on=due_on(local_day(at)),
            token=digest(token),
        )  # fmt: skip
        session.add(complaint)
        session.flush()
        _log(by, complaint, "", is_public=True)
        record("complaint.received", f"complaint:{complaint.code}", by, topic=topic, due_on=complaint.due_on)
    return Received(complaint, token)


def take_step(by: Actor, code: str, *, state: str, note: str, is_public: bool = False) -> Complaint:
    """Write one line of the log, and go to its state. An answer is always read by the complainer.

    Raises ComplaintNotFound, ComplaintState.
    """
    authorize(by, "complaints.handle")
    with transaction():
        query = select(Complaint).where(Complaint.code == code).with_for_update(of=Complaint)
        complaint = db.session.scalars(query).first()
        if complaint is None:
            raise ComplaintNotFound
        if not may_follow(complaint.state, state):
            raise ComplaintState(state=complaint.state)
        was, complaint.state = complaint.state, state
        db.session.flush()
        _log(by, complaint, note, is_public=is_public or state == "answered")
        record("complaint.step", f"complaint:{code}", by, before=was, after=state)
    return complaint


def _log(by: Actor, complaint: Complaint, note: str, *, is_public: bool) -> None:
    step = ComplaintStep(
        complaint_id=complaint.id, state=complaint.state, note=note, is_public=is_public, at=now(), by_id=by.user_id,
        by_label=by.label,
    )  # fmt: skip
    db.session.add(step)
