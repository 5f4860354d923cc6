"""What every verb of an order is made of: its locks, its facts, one step by the table, and its end."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.accounts.actor import SYSTEM, Actor
from core.audit import record
from core.clock import now
from core.db import db
from core.events import publish
from shop.inventory import holds
from shop.orders.events import OrderEnded
from shop.orders.models import Order, OrderEvent
from shop.orders.refusals import OrderNotFound, OrderStateRefused
from shop.orders.rules import Action, Facts, Parcel, State, find_target, reference_of
from shop.payments import service as payments
from shop.payments.models import Payment


def lock_order(number: str) -> tuple[Order, Payment]:
    """The order and its payment, locked: payment first, as everywhere. Refuses OrderNotFound."""
    known = db.session.scalar(select(Order.id).where(Order.number == number))
    if known is None:
        raise OrderNotFound
    payment = payments.lock_payment(reference_of(number))
    query = select(Order).where(Order.number == number).with_for_update()
    query = query.options(selectinload(Order.shipments)).execution_options(populate_existing=True)
    return db.session.scalars(query).one(), payment


def facts_of(order: Order, payment: Payment) -> Facts:
    """What the guards of the table look at, as it stands now."""
    parcels = tuple(Parcel(one.state) for one in order.shipments)
    has_money = payment.captured_vnd > payment.refunded_vnd
    return Facts(order.decided_at is not None, has_money, order.method == "delivery", parcels)


def allows(order: Order, payment: Payment, action: Action) -> bool:
    """Whether the table has a row for this action now."""
    return find_target(State(order.state), action, facts_of(order, payment)) is not None


def move(order: Order, payment: Payment, action: Action, by: Actor, said: str | None = None, **data: Any) -> None:
    """One step by the table, with its event and audit entry, called ``said``. Refuses OrderStateRefused."""
    target = find_target(State(order.state), action, facts_of(order, payment))
    if target is None:
        raise OrderStateRefused(state=order.state, action=action.value)
    order.state = target
    tell(order, said or action.value, by, **data)


def tell(order: Order, action: str, by: Actor, **data: Any) -> None:
    """A line of the timeline and its audit entry, under the state as it is now.

    A buyer's own words, and the name of who took the goods (``to``), stand on the timeline, where they can be erased
    (`shop/privacy/erasing.py: SAID`), and not in the trail, where nothing can.
    """
    told = {key: value for key, value in data.items() if value is not None}
    note(order, action, by, told)
    is_staff = bool(by.grants) or by.via == "system"
    personal = {"to"} if is_staff else {"to", "note"}
    kept = {key: value for key, value in told.items() if key not in personal}
    record(f"order.{action}", f"order:{order.number}", by, state=order.state, **kept)


def note(order: Order, action: str, by: Actor, told: dict[str, Any]) -> None:
    """One line of the timeline."""
    db.session.add(OrderEvent(order_id=order.id, at=now(), action=action, state=order.state, actor=by.label, data=told))


def end(order: Order, payment: Payment, action: Action, by: Actor, reason: str, **data: Any) -> None:
    """Call an order off: parcels end, holds go back on the shelf, the payment is called off or owed back."""
    move(order, payment, action, by, reason=reason, **data)
    order.ended_because = reason
    for parcel in order.shipments:
        parcel.state = Parcel.CANCELLED
    payments.cancel(payment.reference, by, reason)
    holds.release(payment.reference, now())
    publish(OrderEnded(order.number, reason, order.state == State.TO_REFUND))


def end_if_possible(order: Order, payment: Payment, action: Action, reason: str, by: Actor = SYSTEM) -> bool:
    """Call an order off where the table allows it; answers whether it did."""
    if not allows(order, payment, action):
        return False
    end(order, payment, action, by, reason)
    return True
