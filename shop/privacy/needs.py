"""Which orders' contact data is still needed, and why."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import column, select, table

from core.clock import local_day
from core.db import db
from shop.orders.models import Order
from shop.orders.rules import State, number_of, reference_of
from shop.payments.models import Payment, Refund
from shop.payments.rules import RefundState
from shop.privacy.rules import Needed, why_needed
from shop.returns.models import GoodsReturn
from shop.returns.rules import OPEN
from shop.vouchers.models import Voucher
from shop.vouchers.rules import State as VoucherState

#: Cases of sold goods stand beside this part, not below it: only the columns that are read are named here.
CASE = table("sold_case", column("order_line_id"), column("state"))
#: The buyer is still to be told, or to get something back.
CASE_OPEN = ("to_contact", "contacted", "refunded")


def needed_of(orders: Sequence[Order], today: date) -> list[Needed]:
    """Of a person's orders those whose contact data is needed on a day, in the order given."""
    coming_back, owed = _with_returns(orders), _with_refunds(orders)
    called_back, to_use = _in_cases(orders), _with_vouchers(orders, today)
    found: list[Needed] = []
    for order in orders:
        why = why_needed(State(order.state), _handed_on(order), today)
        if why is None and order.id in coming_back:
            why = ("return", None)
        if why is None and order.number in owed:
            why = ("money", None)
        if why is None and order.id in called_back:
            why = ("case", None)
        if why is None and order.id in to_use:
            why = ("voucher", to_use[order.id])
        if why is not None:
            found.append(Needed(order.number, *why))
    return found


def _handed_on(order: Order) -> date | None:
    days = [local_day(one.delivered_at) for one in order.shipments if one.delivered_at]
    return max(days) if days else None


def _with_returns(orders: Sequence[Order]) -> set[int]:
    """Ids of orders of which a return was asked for and is not over: the buyer is to be answered."""
    query = select(GoodsReturn.order_id).where(GoodsReturn.order_id.in_([order.id for order in orders]))
    return set(db.session.scalars(query.where(GoodsReturn.state.in_(OPEN))))


def _with_refunds(orders: Sequence[Order]) -> set[str | None]:
    """Numbers of orders whose money is promised back and has not gone: it may wait for an account that she names."""
    query = select(Payment.reference).join(Refund, Refund.payment_id == Payment.id)
    query = query.where(Payment.reference.in_([reference_of(order.number) for order in orders]))
    waits = query.where(Refund.state.in_((RefundState.PROMISED, RefundState.SENT)))
    return {number_of(reference) for reference in db.session.scalars(waits)}


def _in_cases(orders: Sequence[Order]) -> set[int]:
    """Orders with goods that were called back after a revocation."""
    order_of = {line.id: order.id for order in orders for line in order.lines}
    query = select(CASE.c.order_line_id).where(CASE.c.order_line_id.in_(order_of), CASE.c.state.in_(CASE_OPEN))
    return {order_of[line_id] for line_id in db.session.scalars(query)}


def _with_vouchers(orders: Sequence[Order], today: date) -> dict[int, date]:
    """Orders with vouchers that can still be used, and until when: their page is where the vouchers are."""
    waits = Voucher.order_id.in_([order.id for order in orders]), Voucher.valid_until >= today
    query = select(Voucher.order_id, Voucher.valid_until).where(*waits, Voucher.state == VoucherState.LIVE)
    return {row.order_id: row.valid_until for row in db.session.execute(query.order_by(Voucher.valid_until))}
