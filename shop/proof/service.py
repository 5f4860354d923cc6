"""Verbs on reports of labels: report, look into, answer and close, forget. Each is one transaction."""

from datetime import date, timedelta

from sqlalchemy import select, update

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import day_start, now
from core.db import check_version, db, transaction
from core.errors import NotFound
from core.ids import short_code
from core.web.fields import read_phone
from core.web.ratelimit import limit
from shop.proof.models import LabelReport
from shop.proof.refusals import ReportClosed

#: Days after which the contact and the photo of a closed report are forgotten.
KEEP_DAYS = 180
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def count_report(address: str, contact: str | None) -> None:
    """Count one report of a network address, and of a telephone where one is given. Raises RateLimited.

    A school or a market shares one address, so that limit is wide; a telephone is one person's.
    """
    limit("label_report.address", address, times=30, per=_HOUR)
    phone = read_phone(contact) if contact else None
    if phone:
        limit("label_report.phone", phone, times=5, per=_DAY)


def report(
    by: Actor, *, text: str, place: str, note: str = "", contact: str | None = None, photo: bytes | None = None
) -> LabelReport:
    """Write down what somebody saw; the photo has been through photos.to_keep."""
    with transaction() as session:
        one = LabelReport(
            code=short_code("BN"), text=text, place=place, note=note, contact=contact, photo=photo,
            photo_bytes=len(photo) if photo else None, reported_at=now(), state="new",
        )  # fmt: skip
        session.add(one)
        session.flush()
        record("label_report.received", _subject(one), by, text=text, place=place, has_photo=photo is not None)
    return one


def look_into(by: Actor, code: str, *, version: int) -> LabelReport:
    """Take a new report up. Raises ReportClosed, EditConflict, NotFound."""
    authorize(by, "label_reports.answer")
    with transaction():
        one = _locked(code, version)
        one.state, one.taken_by, one.taken_at = "looking", by.user_id, now()
        record("label_report.looking", _subject(one), by)
    return one


def close(by: Actor, code: str, *, answer: str, version: int) -> LabelReport:
    """Answer a report; whoever has its code reads the answer. Raises ReportClosed, EditConflict, NotFound."""
    authorize(by, "label_reports.answer")
    with transaction():
        one = _locked(code, version)
        at = now()
        if one.taken_at is None:
            one.taken_by, one.taken_at = by.user_id, at
        one.state, one.answer, one.closed_by, one.closed_at = "closed", answer, by.user_id, at
        record("label_report.closed", _subject(one), by, answer=answer)
    return one


def forget_contacts(today: date) -> int:
    """Forget contacts and photos of reports closed more than half a year ago; answers how many."""
    before = day_start(today - timedelta(days=KEEP_DAYS))
    old = LabelReport.closed_at < before
    kept = LabelReport.contact.is_not(None) | LabelReport.photo_bytes.is_not(None)
    with transaction() as session:
        forgotten = update(LabelReport).where(old, kept).values(contact=None, photo=None, photo_bytes=None)
        return int(session.execute(forgotten).rowcount)  # type: ignore[attr-defined]


def _locked(code: str, version: int) -> LabelReport:
    one = db.session.scalars(select(LabelReport).where(LabelReport.code == code).with_for_update()).first()
    if one is None:
        raise NotFound
    check_version(one, version)
    if one.state == "closed":
        raise ReportClosed
    return one


def _subject(one: LabelReport) -> str:
    return f"label_report:{one.code}"
