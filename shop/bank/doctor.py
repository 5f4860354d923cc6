"""Invariants of bank lines: every đồng of a credit is at one place, and transfers have their lines."""

from collections.abc import Iterable

from sqlalchemy import func, select, text

from core.db import db
from core.doctor import invariant
from shop.bank.models import SHARES, Credit
from shop.bank.rules import State
from shop.payments.models import Payment
from shop.payments.service import TRANSFER


@invariant("I28", "every bank line is counted, waits, goes back or was set aside: each đồng of it once")
def every_dong_once() -> Iterable[str]:
    """A line for each bank line whose sums do not fit its state."""
    wrong = text(f"NOT ({SHARES})")
    query = select(Credit.id, Credit.state, Credit.amount_vnd, Credit.paid_vnd, Credit.return_vnd).where(wrong)
    for line_id, state, amount, paid, back in db.session.execute(query):
        yield f"bank line {line_id}: {state}, {amount} đồng, {paid} counted, {back} back"


@invariant("I29", "what transfers received is the sum of their bank lines, and no line counts for another way to pay")
def transfers_have_lines() -> Iterable[str]:
    """A line for each payment whose bank lines do not add up to what it received."""
    counted = select(Credit.payment_id, func.sum(Credit.paid_vnd).label("paid")).where(Credit.state == State.PAID)
    sums = counted.group_by(Credit.payment_id).subquery()
    due = Payment.captured_vnd
    query = select(Payment.reference, due, sums.c.paid).outerjoin(sums, sums.c.payment_id == Payment.id)
    wrong = (Payment.provider == TRANSFER) & (func.coalesce(sums.c.paid, 0) != due)
    stray = (Payment.provider != TRANSFER) & (sums.c.paid > 0)
    for reference, captured, paid in db.session.execute(query.where(wrong | stray)):
        yield f"payment {reference}: {captured} đồng received, {paid or 0} in bank lines"
