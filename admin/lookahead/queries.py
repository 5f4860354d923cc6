"""Reading what ends, with stock, orders and booths: a constant number of queries, whatever the number of lines."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from admin.lookahead.rules import Line
from catalog.certificates.models import SPAN, Certificate
from catalog.listings.models import GRAM, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.renewals.queries import Renewal, renewals_of
from core.db import db
from shop.fairs.models import BookingProduct, BoothDay
from shop.fairs.rules import LIVE_DAY
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Ground, LotState
from shop.orders.models import Order, OrderLine
from shop.orders.rules import State
from shop.stores.models import Place

#: Orders that are not finished: their goods have not left, or their money is awaited.
OPEN_ORDERS = (State.PLACED, State.AUTHORISED, State.PAID, State.PACKING, State.READY, State.HELD)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the reader may see: everything, or the products of some producers and the stock of some stores."""

    sees_all: bool
    producer_codes: frozenset[str] = frozenset()
    store_ids: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Money:
    stock: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict[int, dict[int, int]](dict))
    orders: dict[int, int] = field(default_factory=dict[int, int])
    booths: dict[int, list[tuple[date, int]]] = field(
        default_factory=lambda: defaultdict[int, list[tuple[date, int]]](list)
    )


def list_ahead(on: date, until: date, sight: Sight) -> list[Line]:
    """Everything whose last governing day lies from `on` to `until` and that no newer certificate has cut short.

    The soonest first, then the most money.
    """
    found = db.session.scalars(_ending(on, until, sight)).unique().all()
    renewals = renewals_of(found, on)
    money = _money({one.product_id for one in found}, on, sight)
    lines = [_line(one, renewals[one.id], on, money) for one in found]
    return sorted(lines, key=lambda one: (one.ends_on, -one.risk_vnd, one.code))


def blocked_now(sight: Sight) -> int:
    """The value of stock that lies blocked for want of a certificate."""
    blocked = _stock(sight).where(Lot.state == LotState.BLOCKED, Lot.ground == Ground.CERTIFICATE)
    return sum(_worth(row.unit, row.worth) for row in db.session.execute(blocked))


def _ending(on: date, until: date, sight: Sight) -> Select[Certificate]:
    query = (
        select(Certificate)
        .join(SPAN, SPAN.c.certificate_id == Certificate.id)
        .join(Product, Product.id == Certificate.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(SPAN.c.ends_on.between(on, until), SPAN.c.starts_on <= SPAN.c.ends_on)
        .where(Certificate.governs_until.is_(None))
    )
    if not sight.sees_all:
        query = query.where(or_(Producer.code.in_(sight.producer_codes), Product.id.in_(_held_in(sight.store_ids))))
    whole = joinedload(Certificate.product)
    return query.options(
        whole.joinedload(Product.area), whole.joinedload(Product.producer).joinedload(Producer.area)
    )  # fmt: skip


def _held_in(store_ids: Collection[int]) -> Select[int]:
    """Products of which some lies in these stores."""
    return (
        select(Lot.product_id)
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id.in_(store_ids), StockLevel.on_hand > 0)
    )


def _money(product_ids: Collection[int], on: date, sight: Sight) -> _Money:
    money = _Money()
    for row in db.session.execute(_stock(sight).where(Lot.product_id.in_(product_ids))):
        stores = money.stock[row.product_id]
        stores[row.store_id] = stores.get(row.store_id, 0) + _worth(row.unit, row.worth)
    orders = (
        select(OrderLine.product_id, func.sum(OrderLine.line_total_vnd))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.product_id.in_(product_ids), Order.state.in_(OPEN_ORDERS))
        .where(*_visible(Order.store_id, OrderLine.product_id, sight))
        .group_by(OrderLine.product_id)
    )
    money.orders = {row[0]: int(row[1]) for row in db.session.execute(orders)}
    booths = (
        select(BookingProduct.product_id, BoothDay.day, BoothDay.price_vnd)
        .join(BoothDay, BoothDay.booking_id == BookingProduct.booking_id)
        .where(BookingProduct.product_id.in_(product_ids), BoothDay.state.in_(LIVE_DAY), BoothDay.day >= on)
        .where(*_visible(None, BookingProduct.product_id, sight))
    )
    for product_id, day, price in db.session.execute(booths):
        money.booths[product_id].append((day, price))
    return money


def _stock(sight: Sight) -> Select[int, int, str, int]:
    """On hand times price, by product, store and unit."""
    by = Lot.product_id, Place.store_id, Sku.unit
    return (
        select(*by, func.sum(StockLevel.on_hand * Sku.price_vnd).label("worth"))
        .join(StockLevel, StockLevel.lot_id == Lot.id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .where(StockLevel.on_hand > 0, *_visible(Place.store_id, Lot.product_id, sight))
        .group_by(*by)
    )


def _worth(unit: str, worth: int) -> int:
    """Whole đồng; the price of goods sold by weight is per kilogram."""
    return int(worth) // 1000 if unit == GRAM else int(worth)


def _visible(
    store: InstrumentedAttribute[int] | None, product: InstrumentedAttribute[int], sight: Sight
) -> list[ColumnElement[bool]]:
    """Of one's own stores, or of one's own products wherever they are; no store: the stores have no part in it."""
    if sight.sees_all:
        return []
    own = select(Product.id).join(Producer, Producer.id == Product.producer_id)
    mine = product.in_(own.where(Producer.code.in_(sight.producer_codes)))
    return [or_(mine, store.in_(sight.store_ids)) if store is not None else mine]


def _line(one: Certificate, renewal: Renewal, on: date, money: _Money) -> Line:
    product, ends_on = one.product, renewal.term.ends_on
    area = product.area or product.producer.area
    return Line(
        code=one.code, product_id=product.id, product=product.name, producer=product.producer.name,
        producer_code=product.producer.code, area=area.name if area else "", area_code=area.code if area else "",
        stars=one.stars, ends_on=ends_on, days_left=(ends_on - on).days, renewal=renewal,
        stock=money.stock.get(product.id, {}), orders_vnd=money.orders.get(product.id, 0),
        booths_vnd=sum(price for day, price in money.booths.get(product.id, ()) if day > ends_on),
    )  # fmt: skip
