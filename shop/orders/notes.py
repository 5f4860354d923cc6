"""Words of the staff about an order, for the staff only."""

from collections.abc import Sequence

from sqlalchemy import select

from core.accounts.actor import Actor
from core.accounts.permissions import authorize
from core.audit import record
from core.clock import now
from core.db import db, transaction
from shop.orders.models import Order, OrderNote
from shop.orders.queries import get_order, is_staff, scope_of


def add_note(number: str, by: Actor, text: str) -> OrderNote:
    """Write a word down. For whoever may read the order as its staff; the trail keeps that, not what."""
    with transaction() as session:
        order = get_order(number)
        if not is_staff(order, by):
            authorize(by, "orders.read", scope_of(order))
        note = OrderNote(order_id=order.id, at=now(), actor=by.label, text=text)
        session.add(note)
        record("order.noted", f"order:{number}", by)
        return note


def list_notes(order: Order) -> Sequence[OrderNote]:
    """All of them, the oldest first."""
    return db.session.scalars(select(OrderNote).where(OrderNote.order_id == order.id).order_by(OrderNote.id)).all()
