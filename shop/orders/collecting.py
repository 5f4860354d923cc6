"""Collecting at the counter: the six digits and the QR of an order, and somebody else who comes for it.

The digits are made from the order's own secret, so nobody can tell them from its number, and they are stored nowhere.
"""

import hmac
import re
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import select

from core.accounts.actor import Actor
from core.db import db, transaction
from core.web.links import address_of
from shop.orders.models import Order
from shop.orders.queries import is_buyer
from shop.orders.refusals import OrderNotFound, OrderStateRefused
from shop.orders.rules import State
from shop.orders.steps import lock_order, tell

DIGITS = 6
_TYPED = re.compile(r"[0-9]{6}")
_SCANNED = re.compile(r"DH-[0-9A-Z]{8}\.[0-9]{6}")
#: An order in one of these waits to be fetched, or will.
WAITING = (State.PLACED, State.PAID, State.READY)


def pickup_code(order: Order) -> str:
    """The six digits that the buyer, or whoever she sends, says at the counter."""
    return code_of(order.number, order.token)


def code_of(number: str, secret: str) -> str:
    """Six digits from an order's number and its secret."""
    made = hmac.new(secret.encode(), f"pickup:{number}".encode(), sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 10**DIGITS:0{DIGITS}d}"


def pickup_text(order: Order) -> str:
    """What the QR says: the address of the counter's page with the number and the digits."""
    return address_of("desk.collect", q=f"{order.number}.{pickup_code(order)}")


def plain_code(said: str) -> str | None:
    """The digits as typed (``482 913``), or ``NUMBER.digits`` out of a QR's whole address; None for anything else."""
    scanned = _SCANNED.search(said.upper())
    if scanned:
        return scanned.group()
    digits = "".join(said.split())
    return digits if _TYPED.fullmatch(digits) else None


def find_waiting(code: str, store_ids: Collection[int]) -> list[str]:
    """Numbers of the orders of these stores that this code fetches: digits alone, or ``NUMBER.digits`` of a QR."""
    number, _dot, digits = code.rpartition(".")
    query = select(Order.number, Order.token).where(
        Order.store_id.in_(store_ids), Order.method == "pickup", Order.state.in_(WAITING), Order.decided_at.is_not(None)
    )
    if number:
        query = query.where(Order.number == number)
    rows = db.session.execute(query.order_by(Order.id))
    return [row.number for row in rows if hmac.compare_digest(code_of(row.number, row.token), digits)]


def name_collector(number: str, token: str | None, by: Actor, name: str | None, phone: str | None) -> Order:
    """The buyer says who comes for the goods; without a name she comes herself. Refuses what is already handed over."""
    with transaction():
        order, _payment = lock_order(number)
        if not is_buyer(order, token, by):
            raise OrderNotFound
        if order.method != "pickup" or order.state not in (*WAITING, State.AUTHORISED):
            raise OrderStateRefused(state=order.state, action="collector")
        wanted = (name, phone if name else None)
        if (order.collector_name, order.collector_phone) != wanted:
            order.collector_name, order.collector_phone = wanted
            tell(order, "collector", by)
        return order
