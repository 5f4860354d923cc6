"""Which orders' contact data is still needed, and why."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import column, select, table

from core.clock import local_day
from core.db import db
from shop.orders.models import Order
from shop.orders.rules import State
from shop.privacy.rules import Needed, why_needed
from shop.vouchers.models import Voucher
from shop.vouchers.rules import State as VoucherState

#: Cases of sold goods stand beside this part, not below it: only the columns that are read are named here.
CASE = table("sold_case", column("order_line_id"), column("state"))
#: The buyer is still to be told, or to get something back.
CASE_OPEN = ("to_contact", "contacted", "refunded")


def needed_of(orders: Sequence[Order], today: date) -> list[Needed]:
    """Of a person's orders those whose contact data is needed on a day, in the order given."""
    called_back, to_use = _in_cases(orders), _with_vouchers(orders, today)
    found: list[Needed] = []
    for order in orders:
        why = why_needed(State(order.state), _handed_on(order), today)
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
