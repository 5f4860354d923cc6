"""Against emptying shelves by orders that nobody means to pay: how much one buyer may have open at once.

Counted among orders, behind a lock of the buyer's own: two orders of one buyer never look at the same number.
The limit of requests (core.web.ratelimit) stands before this; it knows neither telephone numbers nor orders.
"""

from sqlalchemy import ColumnElement, case, func, or_, select, text

from core.db import db, dialect_name
from core.ids import digest
from shop.orders.models import Order
from shop.orders.refusals import TooManyOpen
from shop.orders.rules import State

#: Orders of one buyer that wait for money, and orders to be paid in person that she has not fetched.
MOST_AWAITED = 3
MOST_IN_PERSON = 10

_WAITING = (State.PLACED, State.AUTHORISED)
_IN_HOUSE = (State.PLACED, State.PACKING, State.READY)


def check_open(phone: str, user_id: int | None, *, is_cash: bool) -> None:
    """Refuse TooManyOpen when this buyer, by telephone number (E.164) or account, has too many open already."""
    _lock_buyer(phone, user_id)
    awaited = Order.decided_at.is_(None) & Order.state.in_(_WAITING)
    in_person = Order.provider.in_(("cod", "at_store")) & Order.state.in_(_IN_HOUSE)
    hers: list[ColumnElement[bool]] = [Order.contact_phone == phone]
    if user_id is not None:
        hers.append(Order.user_id == user_id)
    query = select(func.count(case((in_person if is_cash else awaited, 1)))).where(or_(*hers))
    most = MOST_IN_PERSON if is_cash else MOST_AWAITED
    if (db.session.scalar(query) or 0) >= most:
        raise TooManyOpen(limit=most)


def _lock_buyer(phone: str, user_id: int | None) -> None:
    """One placement at a time for one buyer. SQLite's writer lock already does it."""
    if dialect_name() != "postgresql":
        return
    names = [f"phone:{phone}", *([f"user:{user_id}"] if user_id is not None else [])]
    for number in sorted(int(digest(f"buyer:{name}")[:15], 16) for name in names):
        db.session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": number})
