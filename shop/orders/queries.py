"""Reading orders."""

import hmac
from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from catalog.products.models import Product
from catalog.products.sets import SERVICE
from core.accounts.actor import Actor, Scope
from core.accounts.permissions import authorize, is_allowed
from core.db import db
from core.text import squeeze
from shop.orders.models import Order, OrderLine, Shipment
from shop.orders.refusals import OrderNotFound
from shop.stores.models import Store
from shop.stores.queries import get_store


def find_by_cart(cart_id: int) -> Order | None:
    """The order that was made from a cart, or None."""
    return db.session.scalar(select(Order).where(Order.cart_id == cart_id))


def get_order(number: str) -> Order:
    """An order by its public number; refuses OrderNotFound. Says nothing about who may see it."""
    whole = selectinload(Order.lines).selectinload(OrderLine.lots)
    parcels = selectinload(Order.shipments)
    packed = (parcels.joinedload(Shipment.store), parcels.selectinload(Shipment.lines))
    order = db.session.scalar(select(Order).where(Order.number == number).options(whole, *packed))
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
    """Whether the caller works for the order's store, or for one that packs a parcel of it."""
    if not actor.is_known:
        return False
    codes = {order.store.code, *(one.store.code for one in order.shipments)}
    return any(is_allowed(actor, "orders.read", Scope("store", code)) for code in codes)


def is_only_services(order: Order) -> bool:
    """Whether nothing of an order is packed and carried: all its lines are services (product set 26)."""
    goods = select(OrderLine.id).join(Product, Product.id == OrderLine.product_id)
    goods = goods.where(OrderLine.order_id == order.id, Product.set_no != SERVICE)
    return db.session.scalar(goods.limit(1)) is None


def staffed_store(code: str, actor: Actor) -> Store:
    """A store whose orders the caller may read; refuses as `authorize` does, and what there is not."""
    store = get_store(code)
    authorize(actor, "orders.read", Scope("store", store.code))
    return store


def scope_of(order: Order) -> Scope:
    """The store to which an order belongs, as permissions know it."""
    return Scope("store", order.store.code)


def find_by_phone(number: str, phone: str) -> Order | None:
    """The order of that number if this phone (E.164) placed it."""
    return db.session.scalar(select(Order).where(Order.number == number, Order.contact_phone == phone))


def list_mine(user_id: int | None, states: Sequence[str], page: int, per_page: int) -> tuple[list[Order], int]:
    """A page of an account's own orders, newest first, with the whole number."""
    return _page([Order.user_id == user_id, *([Order.state.in_(states)] if states else [])], page, per_page)


def search_of_store(
    store_ids: Sequence[int], words: str | None, states: Sequence[str], page: int, per_page: int
) -> tuple[list[Order], int]:
    """A page of the orders of which these stores pack a parcel, newest first, by number, telephone or name."""
    packed = select(Shipment.order_id).where(Shipment.store_id.in_(store_ids))
    where: list[ColumnElement[bool]] = [Order.id.in_(packed), *([Order.state.in_(states)] if states else [])]
    if words:
        where.append(matches(words))
    return _page(where, page, per_page)


def matches(words: str) -> ColumnElement[bool]:
    """Number or tracking number, telephone in any writing, or a part of the name."""
    plain = squeeze(words)
    tracked = select(Shipment.order_id).where(func.upper(Shipment.tracking) == plain.upper())
    ways: list[ColumnElement[bool]] = [
        Order.number == plain.upper(),
        Order.id.in_(tracked),
        Order.contact_name.icontains(plain, autoescape=True),
    ]
    digits = "".join(sign for sign in plain if sign.isdecimal() and sign.isascii())
    if len(digits) >= 4:
        ways.append(Order.contact_phone.endswith(digits.removeprefix("84").lstrip("0"), autoescape=True))
    return or_(*ways)


def _page(where: Sequence[ColumnElement[bool]], page: int, per_page: int) -> tuple[list[Order], int]:
    total = db.session.scalar(select(func.count()).select_from(Order).where(*where)) or 0
    query = select(Order).where(*where).options(joinedload(Order.store), selectinload(Order.shipments))
    query = query.order_by(Order.id.desc()).limit(per_page).offset((page - 1) * per_page)
    return list(db.session.scalars(query)), total


def list_numbers(*conditions: ColumnElement[bool]) -> list[str]:
    """Numbers of the orders that match, oldest first."""
    return list(db.session.scalars(select(Order.number).where(*conditions).order_by(Order.id)))
