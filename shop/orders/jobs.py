"""Clock work of orders: what nobody fetched, what nobody decided, and what is complete."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import structlog
from sqlalchemy import func, select

from core.accounts.actor import SYSTEM
from core.clock import day_start
from core.db import db, transaction
from core.events import publish
from core.schedule import nightly
from shop.orders.events import CollectSoon
from shop.orders.models import Order, OrderEvent, Shipment
from shop.orders.queries import list_numbers
from shop.orders.rules import HELD_WORKING_DAYS, KEPT_PAID_DAYS, RETURN_DAYS, State, working_days_after
from shop.orders.service import complete, end_by_clock
from shop.orders.steps import lock_order, tell

log = structlog.get_logger()

_CASH = ("at_store", "cod")


@nightly
def end_uncollected(today: date) -> int:
    """Call off what nobody fetched in time; the goods go back on the shelf. Answers how many.

    Unpaid orders after their last day; goods that are paid for wait longer, then the money goes back.
    """
    here = Order.method == "pickup", Order.decided_at.is_not(None), Order.state.in_([State.PLACED, State.READY])
    unpaid = list_numbers(*here, Order.provider.in_(_CASH), Order.collect_by < today)
    waits = Order.method == "pickup", Order.state.in_([State.PAID, State.READY]), Order.provider.not_in(_CASH)
    paid = list_numbers(*waits, Order.collect_by < today - timedelta(days=KEPT_PAID_DAYS))
    states = (State.PLACED, State.PAID, State.READY)
    return _each(lambda number: end_by_clock(number, "uncollected", *states), [*unpaid, *paid])


@nightly
def remind_collecting(today: date) -> int:
    """Remind those whose goods wait at the counter and whose last day is tomorrow, or today, once. Answers how many."""
    ready = Order.method == "pickup", Order.state == State.READY
    near = Order.collect_by.between(today, today + timedelta(days=1))
    reminded = select(OrderEvent.order_id).where(OrderEvent.action == "remind")
    return _each(_remind, list_numbers(*ready, near, Order.id.not_in(reminded)))


def _remind(number: str) -> bool:
    with transaction():
        order, _payment = lock_order(number)
        known = select(OrderEvent.id).where(OrderEvent.order_id == order.id, OrderEvent.action == "remind")
        if order.state != State.READY or db.session.scalar(known) is not None:
            return False
        tell(order, "remind", SYSTEM)
        publish(CollectSoon(number))
        return True


@nightly
def complete_orders(today: date) -> int:
    """Close orders whose days to give goods back are over. Answers how many."""
    begun = day_start(today - timedelta(days=RETURN_DAYS))
    last = select(Shipment.order_id).group_by(Shipment.order_id).having(func.max(Shipment.delivered_at) < begun)
    return _each(complete, list_numbers(Order.state == State.HANDED_OVER, Order.id.in_(last)))


@nightly
def end_held(today: date) -> int:
    """Call off orders stopped by a revocation that the store left undecided for three working days (decision 5)."""
    held = [(order.number, order.held_on) for order in _held()]
    due = [n for n, since in held if since and working_days_after(since, HELD_WORKING_DAYS) < today]
    return _each(lambda number: end_by_clock(number, "revocation", State.HELD), due)


def _each(work: Callable[[str], bool], numbers: Iterable[str]) -> int:
    """Do it for each order; one that fails does not stop those behind it. Answers how many were changed.

    Raises ExceptionGroup at the end when any failed, so that whoever runs the night hears of it.
    """
    changed, failures = 0, list[Exception]()
    for number in numbers:
        try:
            changed += work(number)
        except Exception as error:
            log.exception("order.job_failed", order=number)
            failures.append(error)
    if failures:
        raise ExceptionGroup("orders failed", failures)
    return changed


def _held() -> list[Order]:
    return list(db.session.scalars(select(Order).where(Order.state == State.HELD).order_by(Order.id)))
