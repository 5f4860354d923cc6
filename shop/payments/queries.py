"""Reading payments."""

from collections.abc import Iterable

from sqlalchemy import select

from core.db import db
from shop.payments.models import Payment
from shop.payments.refusals import PaymentNotFound


def find_payment(reference: str) -> Payment | None:
    """The payment for a reference, or None."""
    return db.session.scalar(select(Payment).where(Payment.reference == reference))


def get_payment(reference: str) -> Payment:
    """The payment for a reference; refuses when there is none (PaymentNotFound)."""
    payment = find_payment(reference)
    if payment is None:
        raise PaymentNotFound
    return payment


def payments_of(references: Iterable[str]) -> dict[str, Payment]:
    """The payments of these references, for lists."""
    found = db.session.scalars(select(Payment).where(Payment.reference.in_(list(references))))
    return {one.reference: one for one in found}
