"""Reading complaints."""

import hmac
from collections.abc import Sequence

from sqlalchemy import func, select

from catalog.complaints.models import Complaint, ComplaintStep
from catalog.complaints.refusals import ComplaintNotFound
from core.db import db
from core.ids import digest


def get_complaint(code: str) -> Complaint:
    """A complaint by its code, for the desks. Raises ComplaintNotFound."""
    found = db.session.scalars(select(Complaint).where(Complaint.code == code)).first()
    if found is None:
        raise ComplaintNotFound
    return found


def get_own(code: str, token: str) -> Complaint:
    """A complaint for whoever holds the secret of its address. Raises ComplaintNotFound."""
    found = get_complaint(code)
    if not hmac.compare_digest(found.token, digest(token)):
        raise ComplaintNotFound
    return found


def steps_of(complaint: Complaint, *, public_only: bool = False) -> Sequence[ComplaintStep]:
    """Its log, oldest first."""
    query = select(ComplaintStep).where(ComplaintStep.complaint_id == complaint.id).order_by(ComplaintStep.id)
    if public_only:
        query = query.where(ComplaintStep.is_public)
    return db.session.scalars(query).all()


def list_complaints(state: str, page: int, per_page: int) -> tuple[Sequence[Complaint], int]:
    """A page of complaints in a state ("" for all that are open), the first due first, and how many."""
    query = select(Complaint).where(
        Complaint.state == state if state else Complaint.state.in_(("received", "examining"))
    )
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(Complaint.id).subquery())) or 0
    rows = query.order_by(Complaint.due_on, Complaint.id).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def count_received() -> int:
    """How many nobody has taken up."""
    return db.session.scalar(select(func.count()).select_from(Complaint).where(Complaint.state == "received")) or 0
