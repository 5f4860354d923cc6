"""Invariants of returns: no line gives back more units than it has, and every settled return has its refund's sum."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.db import db
from core.doctor import invariant
from shop.orders.models import Order, OrderLine
from shop.payments.models import Payment, Refund
from shop.returns.models import GoodsReturn, ReturnLine
from shop.returns.rules import COUNTING


@invariant("I22", "no line of an order has more units returned than it has, and a return's refund is its order's")
def returns_within_lines() -> Iterable[str]:
    """A line for each order line that gave back too much, and for each return whose refund is of another payment."""
    units = func.sum(ReturnLine.quantity)
    query = select(OrderLine.id, units).join(ReturnLine, ReturnLine.order_line_id == OrderLine.id)
    query = query.join(GoodsReturn, GoodsReturn.id == ReturnLine.return_id).where(GoodsReturn.state.in_(COUNTING))
    for line, returned in db.session.execute(query.group_by(OrderLine.id).having(units > OrderLine.quantity)):
        yield f"order line {line}: {returned} units returned"
    others = select(GoodsReturn.code).join(Refund, Refund.id == GoodsReturn.refund_id)
    others = others.join(Payment, Payment.id == Refund.payment_id).join(Order, Order.id == GoodsReturn.order_id)
    for code in db.session.scalars(others.where(Payment.reference != "ord:" + Order.number)):
        yield f"return {code}"
