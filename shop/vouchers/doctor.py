"""Invariants of vouchers: as many as were paid for, and no money back for one that was used."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.orders.models import OrderLine
from shop.payments.models import Refund
from shop.payments.rules import RefundState
from shop.vouchers.models import Voucher
from shop.vouchers.rules import State


@invariant("I33", "a line of services has as many vouchers as pieces, worth what was paid; none used was paid back")
def vouchers_are_their_lines() -> Iterable[str]:
    """A line for each order line whose vouchers differ from it, and for used vouchers whose money went back."""
    sums = select(
        Voucher.order_line_id, func.count().label("n"), func.sum(Voucher.price_vnd).label("vnd"), OrderLine.quantity,
        (OrderLine.line_total_vnd - OrderLine.discount_vnd).label("paid"),
    ).join(OrderLine, OrderLine.id == Voucher.order_line_id)  # fmt: skip
    grouped = sums.group_by(Voucher.order_line_id, OrderLine.quantity, OrderLine.line_total_vnd, OrderLine.discount_vnd)
    for row in db.session.execute(grouped):
        if (row.n, row.vnd) != (row.quantity, row.paid):
            yield f"order line {row.order_line_id}: {row.n} vouchers of {row.vnd} đồng for {row.quantity} of {row.paid}"
    used = {f"voucher:{one}" for one in db.session.scalars(select(Voucher.id).where(Voucher.state == State.REDEEMED))}
    given = select(Refund.key).where(Refund.key.startswith("voucher:"), Refund.state != RefundState.FAILED)
    for key in db.session.scalars(given):
        if key in used:
            yield f"{key}: used, and its money went back"
