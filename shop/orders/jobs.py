"""Clock work of orders: what nobody fetched, and what nobody decided."""

from datetime import date

from sqlalchemy import select

from core.db import db
from core.schedule import nightly
from shop.orders.models import Order
from shop.orders.queries import list_numbers
from shop.orders.rules import HELD_WORKING_DAYS, State, working_days_after
from shop.orders.service import end_by_clock


@nightly
def end_uncollected(today: date) -> int:
    """Call off unpaid orders that nobody fetched in time; the goods go back on the shelf. Answers how many."""
    waiting = Order.state.in_([State.PLACED, State.READY]), Order.provider.in_(["at_store", "cod"])
    late = list_numbers(*waiting, Order.method == "pickup", Order.collect_by < today)
    return sum(end_by_clock(number, "uncollected", State.PLACED, State.READY) for number in late)


@nightly
def end_held(today: date) -> int:
    """Call off orders stopped by a revocation that the store left undecided for three working days (decision 5)."""
    held = [(order.number, order.held_on) for order in _held()]
    due = [n for n, since in held if since and working_days_after(since, HELD_WORKING_DAYS) < today]
    return sum(end_by_clock(number, "revocation", State.HELD) for number in due)


def _held() -> list[Order]:
    return list(db.session.scalars(select(Order).where(Order.state == State.HELD).order_by(Order.id)))
