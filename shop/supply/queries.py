"""Reading what a producer's goods do in the stores: a few statements, however many products there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select

from catalog.certificates.queries import Governing, governing
from catalog.listings.models import GRAM, LIVE, Listing, Sku
from catalog.products.models import Product
from core.clock import local_day
from core.db import db
from shop.inventory.queries import available
from shop.orders.models import Order, OrderLine
from shop.orders.rules import State
from shop.sales.queries import By, Only, Source, sums_by
from shop.stores.models import Store
from shop.supply.rules import WINDOW_DAYS, Shelf, a_week, lasts, to_bring

#: Orders that ended without a sale, or whose sale was undone.
ENDED = (State.CANCELLED, State.CANCELLED_LAPSED, State.TO_REFUND, State.REFUNDED)


#: Orders count once they are decided, which is before their goods leave; tills as their goods do.
_TILLS = (Source.TILL, Source.TILL_RETURN)


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold in some days: pieces, grams of goods by weight, and what buyers paid for them."""

    pieces: int = 0
    grams: int = 0
    vnd: int = 0


@dataclass(frozen=True, slots=True)
class Bring:
    """One pack that a store should get more of."""

    product_id: int
    product: str
    label: str
    unit: str
    store: str
    store_code: str
    free: int
    #: Units sold a week.
    weekly: int
    #: Units to bring.
    wanted: int
    #: Days until the shelf is empty.
    lasts: int


def sold_between(product_ids: Collection[int], first: date, last: date) -> Sold:
    """Decided sales of these days, both included, of orders and tills, without what was called off or given back."""
    is_weighed = OrderLine.unit == GRAM
    query = select(
        func.coalesce(func.sum(case((is_weighed, 0), else_=OrderLine.quantity)), 0),
        func.coalesce(func.sum(case((is_weighed, OrderLine.quantity), else_=0)), 0),
        func.coalesce(func.sum(OrderLine.line_total_vnd), 0),
    ).join(Order, Order.id == OrderLine.order_id)
    row = db.session.execute(query.where(*_sale(product_ids), OrderLine.decided_on.between(first, last))).one()
    tills = [one for one in sums_by(By.SOURCE, only=Only(first, last, products=product_ids)) if one.key[0] in _TILLS]
    return Sold(
        int(row[0]) + sum(one.pieces for one in tills), int(row[1]) + sum(one.grams for one in tills),
        int(row[2]) + sum(one.revenue_vnd for one in tills),
    )  # fmt: skip


def list_to_bring(product_ids: Collection[int], at: datetime) -> list[Bring]:
    """Packs of which a store will soon run out, the emptiest shelf first.

    Stock is what is free to sell there now; the pace is that of the store's sales of the last 28 days. A pack that
    is not on sale, or whose star ends within a week, is not called for. Six statements.
    """
    on = local_day(at)
    packs = _packs(product_ids)
    paces = _paces(list(packs), on)
    free = available(list(packs), at)
    stars = governing(product_ids, on)
    stores = _stores({store_id for _sku, store_id in paces})
    found = [
        _bring(*packs[sku_id], stores[store_id], free.get(sku_id, {}).get(store_id, 0), sold, stars, on)
        for (sku_id, store_id), sold in paces.items()
        if store_id in stores
    ]
    return sorted((one for one in found if one), key=lambda one: (one.lasts, -one.weekly, one.product, one.store))


def _bring(
    sku: Sku, product: Product, store: Store, free: int, sold: int, stars: dict[int, Governing], on: date
) -> Bring | None:
    star = stars.get(product.id)
    if star is None:
        return None
    left = (star.ends_on - on).days + 1
    shelf = Shelf(max(0, free), sold, sku.unit == GRAM, sku.shelf_days, left)
    wanted, days = to_bring(shelf), lasts(shelf)
    if not wanted or days is None:
        return None
    return Bring(
        product.id, product.name, sku.label, sku.unit, store.name, store.code, shelf.free, a_week(sold), wanted, days
    )  # fmt: skip


def _sale(product_ids: Collection[int]) -> list[Any]:
    """The conditions of a sale of these products that stands."""
    return [OrderLine.product_id.in_(product_ids), OrderLine.decided_on.is_not(None), Order.state.not_in(ENDED)]


def _packs(product_ids: Collection[int]) -> dict[int, tuple[Sku, Product]]:
    """Packs on offer by id, with their products."""
    query = (
        select(Sku, Product)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .where(Product.id.in_(product_ids), Sku.is_active, Listing.state == LIVE)
    )
    return {row[0].id: (row[0], row[1]) for row in db.session.execute(query)}


def _paces(sku_ids: Collection[int], on: date) -> dict[tuple[int, int], int]:
    """Units sold in the last 28 days, today included, by pack and store, of orders and tills."""
    first = on - timedelta(days=WINDOW_DAYS - 1)
    query = (
        select(OrderLine.sku_id, Order.store_id, func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.sku_id.in_(sku_ids), OrderLine.decided_on.between(first, on), Order.state.not_in(ENDED))
        .group_by(OrderLine.sku_id, Order.store_id)
    )
    found: dict[tuple[int, int], int] = defaultdict(int)
    for sku_id, store_id, units in db.session.execute(query):
        found[sku_id, store_id] = int(units)
    for one in sums_by(By.SOURCE, By.SKU, By.STORE, only=Only(first, on, skus=sku_ids)):
        if one.key[0] in _TILLS:
            found[int(one.key[1]), int(one.key[2])] += one.pieces + one.grams
    return found


def _stores(store_ids: Collection[int]) -> dict[int, Store]:
    """Open stores by id."""
    query = select(Store).where(Store.id.in_(store_ids), Store.is_active)
    return {store.id: store for store in db.session.scalars(query)}
