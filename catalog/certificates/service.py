"""Verbs on certificates: enter, verify, revoke, suspend, lift, extend. Each is one transaction.

Nothing here sells or unlists anything: the doors judge by date. The events only tell the rest of the house
that something is to be tidied.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.events import (
    CertificateEnded,
    CertificateResumed,
    CertificateRevoked,
    CertificateVerified,
)
from catalog.certificates.judging import check_accepted, check_lawful, whole_score, written
from catalog.certificates.knowledge import remember
from catalog.certificates.law import Claim
from catalog.certificates.models import Certificate, CertificateSuspension
from catalog.certificates.queries import get_certificate, governing, history, term_of
from catalog.certificates.refusals import (
    AlreadyExtended,
    AlreadyRevoked,
    AlreadySuspended,
    AlreadyVerified,
    DecisionTwice,
    NotSuspended,
    NotVerified,
    SamePerson,
    VerificationDiffers,
)
from catalog.certificates.rules import EXTENSION_DAYS, Term, cuts
from catalog.products.models import Product
from catalog.products.queries import find_product
from catalog.products.refusals import ProductUnknown
from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.events import publish
from core.ids import short_code

_ONE_DAY = timedelta(days=1)


def enter(
    by: Actor,
    *,
    product: str,
    decision_number: str,
    decided_on: date,
    issuer_level: str,
    issuer: str,
    stars: int,
    valid_from: date,
    valid_until: date,
    score: int | None = None,
    score_a: int | None = None,
    score_b: int | None = None,
    score_c: int | None = None,
    document: str | None = None,
    is_demo: bool = False,
    note: str = "",
    exception_reason: str | None = None,
    code: str | None = None,
) -> Certificate:
    """Enter what a decision says of one product (by code or slug); worth nothing until verified.

    Scores are in hundredths of a point; `code` is the stable one that a registry gave it. What contradicts the rules
    of the decision's day needs a reason (20 letters or more), is kept with it, and is accepted by the second person; a
    reason without a contradiction is not kept. Raises ProductUnknown, DecisionTwice, ContradictsLaw.
    """
    authorize(by, "certificates.enter")
    with transaction():
        at = now()
        found = _known_product(product)
        claim = Claim(
            stars=stars, level=issuer_level, decided_on=decided_on, valid_from=valid_from, valid_until=valid_until,
            known_on=local_day(at), score=score, sections=(score_a, score_b, score_c), set_no=found.set_no,
            subject=found.producer.kind,
        )  # fmt: skip
        contradictions = check_lawful(claim, exception_reason)
        if is_entered(found.id, issuer, decision_number, decided_on):
            raise DecisionTwice(product=found.code)
        certificate = _entry(
            claim, code=code or short_code("CN"), product_id=found.id, decision_number=decision_number, issuer=issuer,
            document=document, is_demo=is_demo, note=note, entered_by=by.user_id, entered_at=at,
            exception_reason=exception_reason if contradictions else None, exception_faults=written(contradictions),
        )  # fmt: skip
        record(
            "certificate.entered", _subject(certificate), by, product=found.code, decision=decision_number,
            stars=stars, valid_until=valid_until, contradicts=[fault.code for fault in contradictions],
        )  # fmt: skip
    return certificate


def discard(by: Actor, code: str) -> None:
    """Take back an entry that nobody has verified. Raises AlreadyVerified, CertificateNotFound."""
    authorize(by, "certificates.enter")
    with transaction() as session:
        certificate = lock_certificate(code)
        if certificate.verified_at is not None:
            raise AlreadyVerified
        record("certificate.discarded", _subject(certificate), by, decision=certificate.decision_number)
        session.delete(certificate)


def verify(by: Actor, code: str, *, stars: int, valid_until: date, accept_exception: bool = False) -> Certificate:
    """Confirm an entry by reading the decision a second time; from that day on it may govern (decision 3).

    Where another certificate of the product would govern the same days, the newer takes over and the older
    ends the day before, in this transaction (decision 2).
    Raises AlreadyVerified, SamePerson, VerificationDiffers (facts: fields), ExceptionNotAccepted.
    """
    authorize(by, "certificates.verify")
    with transaction():
        certificate = lock_certificate(code)
        at = now()
        _check_second_reading(certificate, by, stars, valid_until)
        check_accepted(certificate, accept_exception)
        certificate.is_exception_accepted = certificate.exception_faults is not None
        term = replace(term_of(certificate), verified_on=local_day(at))
        settle(certificate, term, by, at)
        certificate.verified_by, certificate.verified_at = by.user_id, at
        certificate.verified_on = local_day(at)
        if term.starts_on <= local_day(at):
            certificate.begun_recorded_at = at
        remember(certificate, "verified", by, at)
        accepted = certificate.is_exception_accepted
        record(
            "certificate.verified", _subject(certificate), by, stars=stars, valid_until=valid_until,
            exception_accepted=accepted,
        )  # fmt: skip
        publish(CertificateVerified(certificate.id, certificate.product_id, term.starts_on))
    return certificate


def revoke(
    by: Actor,
    code: str,
    *,
    decision_number: str,
    ground: str,
    effective_on: date | None = None,
    authority: str | None = None,
) -> Certificate:
    """Record a revocation; it takes effect on `effective_on` (today when left out), past days included.

    What was decided before this instant stays as it was decided. Raises NotVerified, AlreadyRevoked,
    Invalid for a day before the decision.
    """
    authorize(by, "certificates.end")
    with transaction():
        certificate = _verified(code)
        at = now()
        on = effective_on or local_day(at)
        if certificate.revoked_on is not None:
            raise AlreadyRevoked
        if on < certificate.decided_on:
            raise Invalid({"effective_on": [_("Không thể trước ngày quyết định công nhận.")]})
        was_open = _is_governing(certificate, local_day(at))
        certificate.revoked_on = on
        certificate.revocation_number = decision_number
        certificate.revocation_ground = ground
        certificate.revocation_authority = authority or certificate.issuer
        certificate.revocation_recorded_at = at
        if on <= local_day(at):
            certificate.lapsed_recorded_at = at
        remember(certificate, "revoked", by, at)
        record(
            "certificate.revoked",
            _subject(certificate),
            by,
            decision=decision_number,
            ground=ground,
            effective_on=on,
        )
        publish(CertificateRevoked(certificate.id, certificate.product_id, on))
        if was_open:
            tell_if_closed(certificate, local_day(at), on, "revoked")
    return certificate


def suspend(
    by: Actor,
    code: str,
    *,
    decision_number: str,
    ground: str,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Certificate:
    """Stop a certificate from a day (today when left out), until a last day or until it is lifted.

    Raises NotVerified, AlreadyRevoked, AlreadySuspended, Invalid for days out of order.
    """
    authorize(by, "certificates.end")
    with transaction():
        certificate = _verified(code)
        at = now()
        first = from_on or local_day(at)
        if certificate.revoked_on is not None:
            raise AlreadyRevoked
        if any(s.lifted_at is None for s in certificate.suspensions):
            raise AlreadySuspended
        if until_on is not None and until_on < first:
            raise Invalid({"until_on": [_("Không thể trước ngày bắt đầu.")]})
        was_open = _is_governing(certificate, local_day(at))
        certificate.suspensions.append(
            CertificateSuspension(
                from_on=first,
                until_on=until_on,
                decision_number=decision_number,
                ground=ground,
                recorded_at=at,
                recorded_by=by.user_id,
                begun_recorded_at=at if first <= local_day(at) else None,
            )
        )
        remember(certificate, "suspended", by, at)
        record("certificate.suspended", _subject(certificate), by, decision=decision_number, from_on=first)
        if was_open:
            tell_if_closed(certificate, local_day(at), first, "suspended")
    return certificate


def lift(by: Actor, code: str) -> Certificate:
    """Lift the open suspension: from today on the certificate counts again. Raises NotSuspended."""
    authorize(by, "certificates.end")
    with transaction():
        certificate = _verified(code)
        at = now()
        today = local_day(at)
        current = next((s for s in certificate.suspensions if s.lifted_at is None), None)
        if current is None:
            raise NotSuspended
        yesterday = today - _ONE_DAY
        current.until_on = min(yesterday, current.until_on or yesterday)
        current.lifted_at, current.lifted_by = at, by.user_id
        current.begun_recorded_at = current.begun_recorded_at or at
        remember(certificate, "lifted", by, at)
        record("certificate.suspension_lifted", _subject(certificate), by, from_on=today)
        tell_if_open(certificate, today)
    return certificate


def extend(by: Actor, code: str, *, receipt_number: str, until: date) -> Certificate:
    """Carry a certificate over its last day while a late re-evaluation is pending (Article 12.3).

    Needs the number of the dossier's receipt; at most 180 days. Raises NotVerified, AlreadyRevoked,
    AlreadyExtended, Invalid for a day out of range.
    """
    authorize(by, "certificates.end")
    with transaction():
        certificate = _verified(code)
        if certificate.revoked_on is not None:
            raise AlreadyRevoked
        if certificate.extended_until is not None:
            raise AlreadyExtended
        latest = certificate.valid_until + timedelta(days=EXTENSION_DAYS)
        if not certificate.valid_until < until <= latest:
            text = _("Phải sau ngày cuối và không quá %(days)d ngày sau đó.", days=EXTENSION_DAYS)
            raise Invalid({"until": [text]})
        at = now()
        today = local_day(at)
        was_open = _is_governing(certificate, today)
        settle(certificate, replace(term_of(certificate), extended_until=until), by, at)
        certificate.extended_until, certificate.extension_receipt = until, receipt_number
        certificate.lapsed_recorded_at = None
        remember(certificate, "extended", by, at)
        record("certificate.extended", _subject(certificate), by, receipt=receipt_number, until=until)
        if not was_open:
            tell_if_open(certificate, today)
    return certificate


def is_entered(product_id: int, issuer: str, decision_number: str, decided_on: date) -> bool:
    """Whether the product already stands in that decision."""
    query = select(Certificate.id).where(
        Certificate.product_id == product_id,
        Certificate.issuer == issuer,
        Certificate.decision_number == decision_number,
        Certificate.decided_on == decided_on,
    )
    return db.session.scalar(query) is not None


def tell_if_closed(certificate: Certificate, today: date, on: date, kind: str) -> bool:
    """Tell that a product lost its certificate, when indeed none covers it today."""
    if governing([certificate.product_id], today):
        return False
    publish(CertificateEnded(certificate.id, certificate.product_id, on, kind))
    return True


def tell_if_open(certificate: Certificate, today: date) -> bool:
    """Tell that a product may be sold again, when this certificate covers it today."""
    if not _is_governing(certificate, today):
        return False
    publish(CertificateResumed(certificate.id, certificate.product_id, today))
    return True


def _known_product(key: str) -> Product:
    found = find_product(key)
    if found is None:
        raise ProductUnknown(product=key)
    return found


def _entry(claim: Claim, **more: Any) -> Certificate:
    """Write an entry of what is claimed, with what else the paper and the enterer say."""
    a, b, c = claim.sections
    entry = Certificate(
        stars=claim.stars, score_hundredths=whole_score(claim), score_a_hundredths=a, score_b_hundredths=b,
        score_c_hundredths=c, decided_on=claim.decided_on, issuer_level=claim.level, valid_from=claim.valid_from,
        valid_until=claim.valid_until, **more,
    )  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return entry


def _check_second_reading(certificate: Certificate, by: Actor, stars: int, valid_until: date) -> None:
    if certificate.verified_at is not None:
        raise AlreadyVerified
    if certificate.entered_by is not None and certificate.entered_by == by.user_id:
        raise SamePerson
    read = {"stars": stars, "valid_until": valid_until}
    differing = [field for field, value in read.items() if getattr(certificate, field) != value]
    if differing:
        raise VerificationDiffers(fields=differing)


def settle(certificate: Certificate, planned: Term, by: Actor, at: datetime) -> None:
    """Shorten whichever certificate is older where governing days would overlap, were `planned` written.

    The others are written first: the database refuses two that govern the same day at any moment.
    """
    others = [other for other in history(certificate.product_id) if other.id != certificate.id]
    last_days = cuts(planned, [term_of(other) for other in others])
    for other in others:
        if other.id in last_days:
            other.governs_until, other.superseded_at = last_days[other.id], at
            remember(other, "superseded", by, at)
    db.session.flush()
    if certificate.id in last_days:
        certificate.governs_until, certificate.superseded_at = last_days[certificate.id], at


def _is_governing(certificate: Certificate, on: date) -> bool:
    """Whether the product is sold under it on that day: no stop stands in the way either."""
    db.session.flush()
    found = governing([certificate.product_id], on).get(certificate.product_id)
    return found is not None and found.certificate_id == certificate.id


def _verified(code: str) -> Certificate:
    certificate = lock_certificate(code)
    if certificate.verified_at is None:
        raise NotVerified
    return certificate


def lock_certificate(code: str) -> Certificate:
    """The certificate, once nobody else is changing any certificate of its product, or selling under one.

    The product's key stays free: a sale that refers to it must not wait for us while we wait for the sale.
    """
    certificate = get_certificate(code)
    product_id = certificate.product_id
    db.session.execute(select(Product.id).where(Product.id == product_id).with_for_update(key_share=True))
    of_it = select(Certificate.id).where(Certificate.product_id == product_id).order_by(Certificate.id)
    db.session.execute(of_it.with_for_update()).all()
    db.session.refresh(certificate)
    return certificate


def _subject(certificate: Certificate) -> str:
    return f"certificate:{certificate.code}"
