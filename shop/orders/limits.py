"""Against emptying shelves by orders that nobody means to pay: how much one buyer may have open at once.

Counted among orders, behind a lock of the buyer's own: two orders of one buyer never look at the same number.
The limit of requests (core.web.ratelimit) stands before this; it knows neither telephone numbers nor orders.
"""

from sqlalchemy import ColumnElement, Select, bindparam, case, func, or_, select, text

from core.db import dialect_name, run, table_of
from core.ids import digest
from shop.orders.models import Order
from shop.orders.refusals import TooManyOpen
from shop.orders.rules import State

#: Orders of one buyer that wait for money, and orders to be paid in person that she has not fetched.
MOST_AWAITED = 3
MOST_IN_PERSON = 10

_WAITING = (State.PLACED, State.AUTHORISED)
_IN_HOUSE = (State.PLACED, State.PACKING, State.READY)
_orders = table_of(Order).c


def _counting(those: ColumnElement[bool]) -> Select[int]:
    """How many of a buyer's orders are such; nobody's account (NULL) is no account's."""
    hers = or_(_orders.contact_phone == bindparam("phone"), _orders.user_id == bindparam("user"))
    return select(func.count(case((those, 1)))).where(hers)


_AWAITED = _counting(_orders.decided_at.is_(None) & _orders.state.in_(_WAITING))
_IN_PERSON = _counting(_orders.provider.in_(("cod", "at_store")) & _orders.state.in_(_IN_HOUSE))
_LOCK = text("SELECT pg_advisory_xact_lock(:n)")


def check_open(phone: str, user_id: int | None, *, is_cash: bool) -> None:
    """Refuse TooManyOpen when this buyer, by telephone number (E.164) or account, has too many open already."""
    _lock_buyer(phone, user_id)
    most = MOST_IN_PERSON if is_cash else MOST_AWAITED
    if run(_IN_PERSON if is_cash else _AWAITED, {"phone": phone, "user": user_id}).scalar_one() >= most:
        raise TooManyOpen(limit=most)


def _lock_buyer(phone: str, user_id: int | None) -> None:
    """One placement at a time for one buyer. SQLite's writer lock already does it."""
    if dialect_name() != "postgresql":
        return
    names = [f"phone:{phone}", *([f"user:{user_id}"] if user_id is not None else [])]
    for number in sorted(int(digest(f"buyer:{name}")[:15], 16) for name in names):
        run(_LOCK, {"n": number})
