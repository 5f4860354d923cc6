"""What a change of certificates would do to orders (decision 5)."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select

from catalog.consequences.port import foresees
from catalog.consequences.rules import ENDINGS, Change, Effect, Happening
from core.db import db
from shop.orders.models import Order, OrderLine
from shop.orders.rules import GONE, OFF, State


@foresees("payment")
def undecided(change: Change) -> Iterable[Effect]:
    """Orders whose money is awaited are cancelled."""
    if change.happening in ENDINGS:
        waiting = Order.decided_at.is_(None), Order.state.not_in([*GONE, *OFF])
        yield Effect("payment", "cancelled", *_orders(change, *waiting))


@foresees("order")
def unshipped(change: Change) -> Iterable[Effect]:
    """Decided orders that have not left: held after a revocation or suspension, shipped after a lapse."""
    if change.happening in ENDINGS:
        act = "ships" if change.happening is Happening.LAPSE else "held"
        here = Order.decided_at.is_not(None), Order.state.not_in([*GONE, *OFF, State.HELD])
        yield Effect("order", act, *_orders(change, *here))


@foresees("sold")
def sold(change: Change) -> Iterable[Effect]:
    """Lines that left a store since the day of a revocation that reaches back: cases (D2)."""
    if change.happening is Happening.REVOCATION:
        query = (
            select(func.count(OrderLine.id), func.sum(OrderLine.line_total_vnd))
            .join(Order, Order.id == OrderLine.order_id)
            .where(OrderLine.product_id.in_(change.product_ids), OrderLine.decided_on >= change.on)
            .where(Order.state.in_(list(GONE)))
        )
        count, money = db.session.execute(query).one()
        yield Effect("sold", "listed", count, money_vnd=int(money or 0))


def _orders(change: Change, *conditions: ColumnElement[bool]) -> tuple[int, int, int, int]:
    """Orders with one of the products: how many, (no) units, in how many stores, and their totals."""
    with_it = select(OrderLine.order_id).where(OrderLine.product_id.in_(change.product_ids))
    query = select(func.count(Order.id), func.count(Order.store_id.distinct()), func.sum(Order.total_vnd))
    count, stores, money = db.session.execute(query.where(Order.id.in_(with_it), *conditions)).one()
    return count, 0, stores, int(money or 0)
