"""Reading payments."""

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
