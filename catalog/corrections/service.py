"""Verbs on corrections. A verified entry changes only here: proposed by one certifier, confirmed by another.

The code that stands on labels stays. What was sold keeps what was printed then; what was known before stays known
as it was (`certificate_version`). The database asks for the confirmed correction itself.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from catalog.certificates.events import CertificateCorrected
from catalog.certificates.judging import check_lawful, claim_of, contradictions
from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate, CertificateCorrection
from catalog.certificates.queries import get_certificate, status_on, term_of
from catalog.certificates.refusals import DecisionTwice, NotVerified, SamePerson
from catalog.certificates.rules import Term
from catalog.certificates.service import (
    is_entered,
    lock_certificate,
    settle,
    tell_if_closed,
    tell_if_open,
)
from catalog.corrections.queries import find_waiting, get_correction
from catalog.corrections.refusals import CorrectionSettled, CorrectionStale, CorrectionWaits, NothingToCorrect
from catalog.corrections.rules import FIELDS, differences, plain, read
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now, today
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code

_TERM_FIELDS = ("stars", "decided_on", "valid_from", "valid_until")


def propose_correction(by: Actor, code: str, *, reason: str, changes: dict[str, Any]) -> CertificateCorrection:
    """Say what the paper really says; nothing changes until a second person agrees.

    changes: new values by field of `rules.FIELDS`. Raises NotVerified (an entry that nobody has verified is
    discarded instead), CorrectionWaits, NothingToCorrect, Invalid for values that no decision could carry.
    """
    authorize(by, "certificates.enter")
    with transaction() as session:
        certificate = _verified(code)
        waiting = find_waiting(certificate.id)
        if waiting is not None:
            raise CorrectionWaits(correction=waiting.code)
        found = judge(certificate, changes)
        correction = CertificateCorrection(
            code=short_code("DC"), certificate_id=certificate.id, changes=found, reason=reason, proposed_at=now(),
            proposed_by=by.user_id,
        )  # fmt: skip
        session.add(correction)
        session.flush()
        record("certificate.correction_proposed", _subject(certificate), by, correction=correction.code, reason=reason)
    return correction


def confirm_correction(by: Actor, code: str) -> Certificate:
    """Agree, having read the paper: the entry says from now on what the paper says.

    Raises SamePerson, CorrectionSettled, CorrectionStale when the certificate has changed since.
    """
    authorize(by, "certificates.verify")
    with transaction():
        correction, certificate = _open(code)
        if correction.proposed_by == by.user_id:
            raise SamePerson
        stale = [name for name, one in correction.changes.items() if plain(getattr(certificate, name)) != one["from"]]
        if stale:
            raise CorrectionStale(fields=stale)
        at = now()
        on = local_day(at)
        was_open = status_on(certificate, on).is_open
        correction.confirmed_at, correction.settled_at, correction.settled_by = at, at, by.user_id
        db.session.flush()
        _apply(certificate, correction, by, at)
        record("certificate.corrected", _subject(certificate), by, correction=code, changes=correction.changes)
        _tell(certificate, on, was_open)
    return certificate


def decline_correction(by: Actor, code: str) -> CertificateCorrection:
    """Leave the entry as it is: by whoever proposed it, or by a second person. Raises CorrectionSettled."""
    authorize(by, "certificates.enter")
    with transaction():
        correction, certificate = _open(code)
        correction.settled_at, correction.settled_by = now(), by.user_id
        record("certificate.correction_declined", _subject(certificate), by, correction=code)
    return correction


def judge(certificate: Certificate, changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What would change. Raises NothingToCorrect, and Invalid for values that no decision could carry."""
    found = differences({field: getattr(certificate, field) for field in FIELDS}, changes)
    if not found:
        raise NothingToCorrect
    whole = {field: changes.get(field, getattr(certificate, field)) for field in FIELDS}
    _check_lawful(certificate, whole)
    if certificate.extended_until is not None and whole["valid_until"] >= certificate.extended_until:
        raise Invalid({"valid_until": [_("Phải trước ngày kéo dài đã ghi.")]})
    if certificate.revoked_on is not None and whole["decided_on"] > certificate.revoked_on:
        raise Invalid({"decided_on": [_("Không thể sau ngày thu hồi đã ghi.")]})
    is_named_otherwise = bool({"issuer", "decision_number", "decided_on"} & found.keys())
    key = (certificate.product_id, whole["issuer"], whole["decision_number"], whole["decided_on"])
    if is_named_otherwise and is_entered(*key):
        raise DecisionTwice(product=certificate.product.code)
    return found


def _check_lawful(certificate: Certificate, whole: dict[str, Any]) -> None:
    """Refuse what contradicts the rules of its day; an accepted exception excuses what was accepted, and no more."""
    entered = claim_of(certificate)
    claim = replace(
        entered, stars=whole["stars"], level=whole["issuer_level"], decided_on=whole["decided_on"],
        valid_from=whole["valid_from"], valid_until=whole["valid_until"], known_on=today(),
        score=whole["score_hundredths"],
        sections=entered.sections if whole["score_hundredths"] == entered.score else (None, None, None),
    )  # fmt: skip
    accepted = {fault["code"] for fault in certificate.exception_faults or []}
    check_lawful(claim, certificate.exception_reason if contradictions(claim) <= accepted else None)


def corrected_term(certificate: Certificate, changes: dict[str, dict[str, Any]]) -> Term:
    """The days of the certificate, were the correction confirmed."""
    facts: dict[str, Any] = {name: read(name, one["to"]) for name, one in changes.items() if name in _TERM_FIELDS}
    return replace(term_of(certificate), **facts)


def _apply(certificate: Certificate, correction: CertificateCorrection, by: Actor, at: datetime) -> None:
    """Others are shortened first: the database refuses two that govern one day at any moment."""
    planned = corrected_term(certificate, correction.changes)
    settle(certificate, planned, by, at)
    for name, one in correction.changes.items():
        setattr(certificate, name, read(name, one["to"]))
    certificate.correction_id = correction.id
    certificate.lapsed_recorded_at = at if planned.ends_on < local_day(at) else None
    remember(certificate, "corrected", by, at)


def _tell(certificate: Certificate, on: date, was_open: bool) -> None:
    """Whoever sells, shows or books it looks again."""
    is_open = status_on(certificate, on).is_open
    if was_open and not is_open:
        tell_if_closed(certificate, on, on, "lapsed")
    elif is_open and not was_open:
        tell_if_open(certificate, on)
    publish(CertificateCorrected(certificate.id, certificate.product_id, on))


def _verified(code: str) -> Certificate:
    certificate = lock_certificate(get_certificate(code).code)
    if certificate.verified_at is None:
        raise NotVerified
    return certificate


def _open(code: str) -> tuple[CertificateCorrection, Certificate]:
    """The correction and its certificate, locked; refuses one that is settled."""
    correction = get_correction(code)
    certificate = lock_certificate(correction.certificate.code)
    db.session.refresh(correction)
    if correction.settled_at is not None:
        raise CorrectionSettled
    return correction, certificate


def _subject(certificate: Certificate) -> str:
    return f"certificate:{certificate.code}"
