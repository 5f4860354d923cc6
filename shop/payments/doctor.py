"""The invariant of money that goes back, on the rows and on the counters."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, or_, select

from core.db import db
from core.doctor import invariant
from shop.payments.models import Payment, PaymentEvent, Refund
from shop.payments.rules import RefundState, Status


@invariant(
    "I5", "no payment gives back more than it received; its counters are the sums of its refunds and its history"
)
def refunds_within_captured() -> Iterable[str]:
    """A line for each payment that is out of bounds, or whose counters differ from its refunds or its events."""
    promised = _refunds(Refund.state != RefundState.FAILED)
    done = _refunds(Refund.state == RefundState.DONE)
    wrong = or_(
        promised > Payment.captured_vnd,
        Payment.captured_vnd > Payment.amount_vnd,
        Payment.refunding_vnd != promised,
        Payment.refunded_vnd != done,
        Payment.captured_vnd != _told("capture"),
        Payment.refunded_vnd != _told("refund") - _told("bounce"),
        (Payment.status == Status.REFUNDED) != ((Payment.captured_vnd > 0) & (done == Payment.captured_vnd)),
    )
    for reference in db.session.scalars(select(Payment.reference).where(wrong)):
        yield f"payment {reference}"


def _refunds(condition: ColumnElement[bool]) -> ColumnElement[int]:
    amount = select(func.coalesce(func.sum(Refund.amount_vnd), 0))
    return amount.where(Refund.payment_id == Payment.id, condition).scalar_subquery()


def _told(signal: str) -> ColumnElement[int]:
    amount = select(func.coalesce(func.sum(PaymentEvent.amount_vnd), 0))
    return amount.where(PaymentEvent.payment_id == Payment.id, PaymentEvent.signal == signal).scalar_subquery()
