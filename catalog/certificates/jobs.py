"""Clock work on certificates. The doors have already closed by date; this tells the rest of the house.

Each takes whatever is due and not yet recorded, with no lower bound in time, one transaction each, claimed by
compare-and-set: running one twice, or two at once, tells everything once.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, select, update

from catalog.certificates.models import SPAN, Certificate, CertificateSuspension
from catalog.certificates.queries import status_on
from catalog.certificates.rules import Status
from catalog.certificates.service import tell_if_closed, tell_if_open
from core.accounts.actor import SYSTEM
from core.audit import record
from core.clock import now
from core.db import db, end_reading, transaction
from core.schedule import nightly

_ONE_DAY = timedelta(days=1)


@nightly
def lapse_due(today: date) -> int:
    """Record every certificate whose last day is past: lapsed, revoked or superseded; answers how many."""
    query = (
        select(Certificate.id)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .where(SPAN.c.ends_on < today, Certificate.lapsed_recorded_at.is_(None))
    )
    return sum(_end(certificate_id, today) for certificate_id in _ids(query.order_by(Certificate.id)))


@nightly
def begin_due(today: date) -> int:
    """Tell of every certificate whose first day has come since it was verified; answers how many."""
    query = (
        select(Certificate.id)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .where(SPAN.c.starts_on <= today, Certificate.begun_recorded_at.is_(None))
    )
    return sum(_begin(certificate_id, today) for certificate_id in _ids(query.order_by(Certificate.id)))


@nightly
def turn_suspensions(today: date) -> int:
    """Record suspensions that have begun or run out; answers how many."""
    begun = select(CertificateSuspension.id).where(
        CertificateSuspension.from_on <= today, CertificateSuspension.begun_recorded_at.is_(None)
    )
    over = select(CertificateSuspension.id).where(
        CertificateSuspension.until_on < today, CertificateSuspension.lifted_at.is_(None)
    )
    started = sum(_pause(suspension_id, today) for suspension_id in _ids(begun))
    return started + sum(_unpause(suspension_id, today) for suspension_id in _ids(over))


def _end(certificate_id: int, today: date) -> bool:
    """Record one end, and tell of it when nothing else covers the product."""
    with transaction():
        certificate = db.session.get_one(Certificate, certificate_id)
        status = status_on(certificate, today)
        if status.is_open or not _claim(Certificate, "lapsed_recorded_at", certificate_id):
            return False
        kind = "revoked" if status is Status.REVOKED else "lapsed"
        last = db.session.execute(select(SPAN.c.ends_on).where(SPAN.c.certificate_id == certificate_id)).scalar_one()
        on = max(last + _ONE_DAY, certificate.valid_from)
        record(f"certificate.{status}", f"certificate:{certificate.code}", SYSTEM, on=on)
        tell_if_closed(certificate, today, on, kind)
    return True


def _begin(certificate_id: int, today: date) -> bool:
    with transaction():
        if not _claim(Certificate, "begun_recorded_at", certificate_id):
            return False
        certificate = db.session.get_one(Certificate, certificate_id)
        record("certificate.begun", f"certificate:{certificate.code}", SYSTEM, on=certificate.valid_from)
        tell_if_open(certificate, today)
    return True


def _pause(suspension_id: int, today: date) -> bool:
    with transaction():
        if not _claim(CertificateSuspension, "begun_recorded_at", suspension_id):
            return False
        suspension = db.session.get_one(CertificateSuspension, suspension_id)
        certificate = db.session.get_one(Certificate, suspension.certificate_id)
        record("certificate.suspension_begun", f"certificate:{certificate.code}", SYSTEM, on=suspension.from_on)
        if status_on(certificate, today) is Status.SUSPENDED:
            tell_if_closed(certificate, today, suspension.from_on, "suspended")
    return True


def _unpause(suspension_id: int, today: date) -> bool:
    with transaction():
        if not _claim(CertificateSuspension, "lifted_at", suspension_id):
            return False
        suspension = db.session.get_one(CertificateSuspension, suspension_id)
        certificate = db.session.get_one(Certificate, suspension.certificate_id)
        record("certificate.suspension_over", f"certificate:{certificate.code}", SYSTEM, on=today)
        tell_if_open(certificate, today)
    return True


def _claim(model: type[Certificate | CertificateSuspension], field: str, row_id: int) -> bool:
    """Set an instant that is not yet set; False when somebody else was first."""
    unset = getattr(model, field).is_(None)
    claimed = update(model).where(model.id == row_id, unset).values({field: now()}).returning(model.id)
    return db.session.scalar(claimed) is not None


def _ids(query: Select[int]) -> Sequence[int]:
    found = db.session.scalars(query).all()
    end_reading()
    return found
