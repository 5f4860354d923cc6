"""Verbs on renewal dossiers: file, confirm, take back, close; and the extension that rests on one."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates import service as certificates
from catalog.certificates.knowledge import remember
from catalog.certificates.models import Certificate
from catalog.certificates.queries import get_certificate, history, term_of
from catalog.certificates.refusals import AlreadyRevoked, NotVerified
from catalog.producers.queries import scope_of
from catalog.products.models import Product
from catalog.renewals.models import RenewalDossier
from catalog.renewals.queries import find_receipt, get_dossier
from catalog.renewals.refusals import (
    AlreadyConfirmed,
    DossierClosed,
    NotSuccessor,
    ReceiptTwice,
    ReceiptUnconfirmed,
    ReceiptUnknown,
    ReceivedAfterEnd,
    ReceivedTooEarly,
)
from catalog.renewals.rules import Outcome, Timing, successor_of, timing_of
from core.accounts.actor import SYSTEM, Actor
from core.accounts.permissions import authorize, may
from core.audit import record
from core.clock import local_day, now
from core.db import db, transaction
from core.errors import Invalid
from core.ids import short_code


def file_dossier(
    by: Actor,
    code: str,
    *,
    receipt_number: str,
    received_on: date,
    authority: str = "",
    complete_on: date | None = None,
    note: str = "",
) -> RenewalDossier:
    """Record that a dossier was received. A certifier's entry is confirmed at once, a producer's waits for one.

    Raises NotFound for another's certificate, NotVerified, AlreadyRevoked, ReceiptTwice, Invalid for days to come
    or before the certificate.
    """
    with transaction() as session:
        certificate = get_certificate(code)
        authorize(by, "renewals.file", scope_of(certificate.product.producer))
        if certificate.verified_at is None:
            raise NotVerified
        if certificate.revoked_on is not None:
            raise AlreadyRevoked
        at = now()
        _check_days(certificate, received_on, complete_on, local_day(at))
        known = find_receipt(certificate.id, receipt_number)
        if known is not None:
            raise ReceiptTwice(dossier=known.code)
        is_sure = may(by, "renewals.confirm")
        dossier = RenewalDossier(
            code=short_code("HL"), certificate_id=certificate.id, receipt_number=receipt_number,
            received_on=received_on, authority=authority, complete_on=complete_on, note=note, filed_by=by.user_id,
            filed_at=at, confirmed_by=by.user_id if is_sure else None, confirmed_at=at if is_sure else None,
        )  # fmt: skip
        session.add(dossier)
        session.flush()
        timing = timing_of(received_on, certificate.valid_until)
        facts = {"receipt": receipt_number, "received_on": received_on, "timing": timing, "confirmed": is_sure}
        _record(dossier, certificate, "filed", by, **facts)
    return dossier


def confirm(by: Actor, dossier_code: str, *, complete_on: date | None = None) -> RenewalDossier:
    """Hold a producer's receipt for true, or say on which day the dossier became complete.

    Raises DossierNotFound, DossierClosed, AlreadyConfirmed (when there is nothing new to say), Invalid.
    """
    authorize(by, "renewals.confirm")
    with transaction():
        dossier = _open(dossier_code)
        if dossier.confirmed_at is not None and complete_on is None:
            raise AlreadyConfirmed
        at = now()
        _check_days(dossier.certificate, dossier.received_on, complete_on, local_day(at))
        if dossier.confirmed_at is None:
            dossier.confirmed_at, dossier.confirmed_by = at, by.user_id
        dossier.complete_on = complete_on or dossier.complete_on
        _record(dossier, dossier.certificate, "confirmed", by, complete_on=dossier.complete_on)
    return dossier


def take_back(by: Actor, dossier_code: str) -> None:
    """Take back a receipt that nobody has confirmed: a typing error of the producer's.

    Raises DossierNotFound, NotFound for another's, AlreadyConfirmed, DossierClosed.
    """
    with transaction() as session:
        dossier = get_dossier(dossier_code)
        authorize(by, "renewals.file", scope_of(dossier.certificate.product.producer))
        _open(dossier_code)
        if dossier.confirmed_at is not None:
            raise AlreadyConfirmed
        _record(dossier, dossier.certificate, "taken_back", by, receipt=dossier.receipt_number)
        session.delete(dossier)


def close(
    by: Actor, dossier_code: str, *, outcome: str, decided_on: date, successor: str | None = None
) -> RenewalDossier:
    """Record the result: renewed by a newer certificate of the product (perhaps with other stars), refused, withdrawn.

    An extension under Article 12.3 lasts only to the result: a refusal or withdrawal ends it when it is recorded.
    Raises DossierNotFound, DossierClosed, ReceiptUnconfirmed, NotSuccessor, Invalid.
    """
    authorize(by, "renewals.confirm")
    with transaction():
        dossier = _open(dossier_code)
        if dossier.confirmed_at is None:
            raise ReceiptUnconfirmed
        today = local_day(now())
        if not dossier.received_on <= decided_on <= today:
            raise Invalid({"decided_on": [_("Phải từ ngày nhận hồ sơ đến hôm nay.")]})
        newer = _successor(dossier, successor) if outcome == Outcome.RENEWED else None
        dossier.outcome, dossier.decided_on = outcome, decided_on
        dossier.successor_id = newer.id if newer else None
        _record(
            dossier, dossier.certificate, outcome, by, decided_on=decided_on, successor=newer.code if newer else None
        )
        if newer is None:
            _end_extension(by, dossier, today)
    return dossier


def extend(by: Actor, code: str, *, receipt_number: str, until: date, received_on: date | None = None) -> Certificate:
    """Carry a certificate over its last day on the receipt of a recorded dossier (Article 12.3).

    With `received_on` a receipt that is not recorded yet is recorded first, in the same transaction.
    Raises ReceiptUnknown, ReceiptUnconfirmed, DossierClosed, ReceivedAfterEnd, ReceivedTooEarly, and what
    `certificates.service.extend` raises.
    """
    authorize(by, "certificates.end")
    with transaction():
        certificate = get_certificate(code)
        if certificate.verified_at is None:
            raise NotVerified
        dossier = find_receipt(certificate.id, receipt_number)
        if dossier is None and received_on is not None:
            dossier = file_dossier(by, code, receipt_number=receipt_number, received_on=received_on)
        _check_carries(dossier, certificate)
        certificate = certificates.extend(by, code, receipt_number=receipt_number, until=until)
        assert dossier is not None
        dossier.extends_until = until
    return certificate


def close_renewed(product_id: int, certificate_id: int, on: date) -> int:
    """A newer certificate was verified: confirmed dossiers that led to it have their result. Answers how many."""
    closed = 0
    with transaction():
        chain = history(product_id)
        newer = next((one for one in chain if one.id == certificate_id), None)
        if newer is None:
            return 0
        for older in (one for one in chain if one.id != certificate_id):
            if successor_of(term_of(older), [term_of(newer)]) is None:
                continue
            for dossier in _pending(older):
                if dossier.received_on <= newer.decided_on:
                    dossier.outcome, dossier.decided_on = Outcome.RENEWED, newer.decided_on
                    dossier.successor_id = newer.id
                    _record(dossier, older, Outcome.RENEWED, SYSTEM, successor=newer.code, decided_on=newer.decided_on)
                    closed += 1
    return closed


def _check_days(certificate: Certificate, received_on: date, complete_on: date | None, today: date) -> None:
    errors: dict[str, list[str]] = {}
    if not certificate.valid_from <= received_on <= today:
        errors["received_on"] = [_("Phải từ ngày đầu của chứng nhận đến hôm nay.")]
    if complete_on is not None and not received_on <= complete_on <= today:
        errors["complete_on"] = [_("Phải từ ngày nhận hồ sơ đến hôm nay.")]
    if errors:
        raise Invalid(errors)


def _check_carries(dossier: RenewalDossier | None, certificate: Certificate) -> None:
    if dossier is None:
        raise ReceiptUnknown
    if dossier.confirmed_at is None:
        raise ReceiptUnconfirmed
    if dossier.outcome is not None:
        raise DossierClosed
    if timing_of(dossier.received_on, certificate.valid_until) is Timing.AFTER_END:
        raise ReceivedAfterEnd
    if timing_of(dossier.received_on, certificate.valid_until) is Timing.EARLY:
        raise ReceivedTooEarly


def _open(dossier_code: str) -> RenewalDossier:
    """A dossier without a result, once nobody else is changing any certificate of its product."""
    dossier = get_dossier(dossier_code)
    product_id = dossier.certificate.product_id
    db.session.execute(select(Product.id).where(Product.id == product_id).with_for_update(key_share=True))
    db.session.refresh(dossier)
    if dossier.outcome is not None:
        raise DossierClosed
    return dossier


def _successor(dossier: RenewalDossier, code: str | None) -> Certificate:
    found = db.session.scalars(select(Certificate).where(Certificate.code == code)).first() if code else None
    if found is None:
        raise Invalid({"successor": [_("Cần mã của chứng nhận mới.")]})
    is_same = found.product_id == dossier.certificate.product_id
    if not is_same or successor_of(term_of(dossier.certificate), [term_of(found)]) is None:
        raise NotSuccessor
    return found


def _end_extension(by: Actor, dossier: RenewalDossier, today: date) -> None:
    """Let an extension end with the result: today, or with the term itself. Sales made until now keep their cover."""
    certificate = dossier.certificate
    if dossier.extends_until is None or certificate.extended_until is None or certificate.extended_until <= today:
        return
    carries_on = today > certificate.valid_until
    dossier.extends_until = certificate.extended_until = today if carries_on else None
    certificate.extension_receipt = dossier.receipt_number if carries_on else None
    remember(certificate, "extension_ended", by, now())
    _record(dossier, certificate, "extension_ended", by, until=max(today, certificate.valid_until))


def _pending(certificate: Certificate) -> Sequence[RenewalDossier]:
    query = select(RenewalDossier).where(
        RenewalDossier.certificate_id == certificate.id,
        RenewalDossier.confirmed_at.is_not(None),
        RenewalDossier.outcome.is_(None),
    )
    return db.session.scalars(query.order_by(RenewalDossier.id)).all()


def _record(dossier: RenewalDossier, certificate: Certificate, act: str, by: Actor, **data: Any) -> None:
    record(f"renewal.{act}", f"certificate:{certificate.code}", by, dossier=dossier.code, **data)
