"""Clock work of reviews: one invitation, three days after the goods came."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from core.db import db, dialect_name, transaction
from core.events import publish
from core.schedule import hourly
from shop.orders.models import Order, OrderEvent
from shop.orders.rules import WITH_BUYER
from shop.reviews.events import ReviewAsked
from shop.reviews.models import ReviewInvitation
from shop.reviews.rules import INVITE_AFTER, INVITE_UNTIL

_ROW = cast("Table", ReviewInvitation.__table__)
_ONCE = {
    "sqlite": sqlite.insert(_ROW).on_conflict_do_nothing().returning(_ROW.c.order_id),
    "postgresql": postgresql.insert(_ROW).on_conflict_do_nothing().returning(_ROW.c.order_id),
}


@hourly
def invite_buyers(at: datetime) -> int:
    """Ask the buyers of orders handed over three days ago or more, each once; answers how many.

    Only with an e-mail. After thirty days nobody is asked any more: a machine that slept so long stays quiet.
    """
    got_at = select(func.min(OrderEvent.at)).where(OrderEvent.order_id == Order.id, OrderEvent.action == "hand_over")
    got = got_at.scalar_subquery()
    query = (
        select(Order.id, Order.number)
        .where(Order.state.in_(WITH_BUYER), Order.contact_email.is_not(None))
        .where(got <= at - INVITE_AFTER, got > at - INVITE_UNTIL)
        .where(~exists().where(ReviewInvitation.order_id == Order.id))
        .order_by(Order.id)
        .limit(500)
    )
    with transaction():
        return sum(_invite(order_id, number, at) for order_id, number in db.session.execute(query).all())


def _invite(order_id: int, number: str, at: datetime) -> bool:
    """Publish it unless another worker has: the row's key decides."""
    if db.session.scalar(_ONCE[dialect_name()], {"order_id": order_id, "at": at}) is None:
        return False
    publish(ReviewAsked(number))
    return True
