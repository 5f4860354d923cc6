"""Reading orders."""

import hmac
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from core.accounts.actor import Actor, Scope
from core.accounts.permissions import is_allowed
from core.db import db
from shop.orders.models import Order, OrderLine
from shop.orders.refusals import OrderNotFound
from shop.orders.rules import State


def find_by_cart(cart_id: int) -> Order | None:
    """The order that was made from a cart, or None."""
    return db.session.scalar(select(Order).where(Order.cart_id == cart_id))


def get_order(number: str) -> Order:
    """An order by its public number; refuses OrderNotFound. Says nothing about who may see it."""
    whole = selectinload(Order.lines).selectinload(OrderLine.lots)
    order = db.session.scalar(select(Order).where(Order.number == number).options(whole))
    if order is None:
        raise OrderNotFound
    return order


def get_visible(number: str, token: str | None, actor: Actor) -> Order:
    """An order that this caller may see: by its token, as its owner, or as staff of its store.

    Anybody else is told that there is none (OrderNotFound).
    """
    order = get_order(number)
    if is_buyer(order, token, actor) or is_staff(order, actor):
        return order
    raise OrderNotFound


def is_buyer(order: Order, token: str | None, actor: Actor) -> bool:
    """Whether the caller holds the order's token or is the account it belongs to."""
    if token is not None and hmac.compare_digest(token.encode(), order.token.encode()):
        return True
    return actor.user_id is not None and actor.user_id == order.user_id


def is_staff(order: Order, actor: Actor) -> bool:
    """Whether the caller works for the order's store."""
    return actor.is_known and is_allowed(actor, "orders.read", scope_of(order))


def scope_of(order: Order) -> Scope:
    """The store to which an order belongs, as permissions know it."""
    return Scope("store", order.store.code)


def find_by_phone(number: str, phone: str) -> Order | None:
    """The order of that number if this phone (E.164) placed it."""
    return db.session.scalar(select(Order).where(Order.number == number, Order.contact_phone == phone))


def list_of_store(store_id: int, states: Sequence[State], page: int, per_page: int) -> tuple[list[Order], int]:
    """A page of a store's orders in any of these states (all when empty), oldest first, with the whole number."""
    where = [Order.store_id == store_id, *([Order.state.in_(states)] if states else [])]
    total = db.session.scalar(select(func.count()).select_from(Order).where(*where)) or 0
    query = select(Order).where(*where).options(selectinload(Order.lines)).order_by(Order.id)
    return list(db.session.scalars(query.limit(per_page).offset((page - 1) * per_page))), total


def list_numbers(*conditions: ColumnElement[bool]) -> list[str]:
    """Numbers of the orders that match, oldest first."""
    return list(db.session.scalars(select(Order.number).where(*conditions).order_by(Order.id)))
