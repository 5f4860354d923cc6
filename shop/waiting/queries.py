"""Reading who waits, and whether what they wait for can be bought at an instant."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, or_, select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Offer, offers, open_listings
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import local_day
from core.db import db, in_chunks
from shop.inventory.queries import available
from shop.stores.models import Store
from shop.stores.queries import stores_by_id
from shop.waiting.models import Wait
from shop.waiting.rules import CLOSED, TELLING, TO_CALL, WAITING, portions

T = TypeVar("T")
_COUNTED = (WAITING, TELLING, TO_CALL)


@dataclass(frozen=True, slots=True)
class Market:
    """What of one product can be sold at an instant: offers by SKU id, and units free by SKU id and store id."""

    offers: Mapping[int, Offer]
    units: Mapping[int, Mapping[int, int]]

    @property
    def free(self) -> dict[tuple[int, int], int]:
        """Portions by (SKU id, store id)."""
        return {
            (sku, store): portions(count, self.offers[sku].unit)
            for sku, stores in self.units.items()
            for store, count in stores.items()
        }


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many wait for one pack (or any) of a product, at one store (or any)."""

    product: Product
    sku: Sku | None
    store: Store | None
    count: int


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody whom a store telephones."""

    wait: Wait
    product: Product
    sku: Sku | None
    store: Store | None


def market_of(product_id: int, at: datetime) -> Market:
    """What of a product the gate lets be sold on the day of `at`, and where it lies free; empty when nothing may."""
    query = select(Sku.id).join(Listing, Listing.id == Sku.listing_id).where(Listing.product_id == product_id)
    offered = offers(list(db.session.scalars(query.where(Sku.is_active))), local_day(at))
    if not offered:
        return Market({}, {})
    trading = stores_by_id().keys()
    units = {
        sku: {store: count for store, count in stores.items() if store in trading}
        for sku, stores in available(list(offered), at).items()
    }
    return Market(offered, units)


def count_waiting(product_ids: Collection[int]) -> dict[int, int]:
    """How many wait for each of these products; those for whom nobody waits are left out."""
    found: dict[int, int] = {}
    for chunk in in_chunks(product_ids):
        query = select(Wait.product_id, func.count()).where(Wait.product_id.in_(chunk), Wait.state.in_(_COUNTED))
        found |= {row[0]: row[1] for row in db.session.execute(query.group_by(Wait.product_id))}
    return found


def ripe(at: datetime) -> list[int]:
    """Products that may be sold and have something for those who wait: goods, or the star's return itself."""
    is_open = Listing.id.in_(open_listings(local_day(at)))
    query = select(Wait.product_id, Wait.reason).join(Listing, Listing.product_id == Wait.product_id)
    rows = db.session.execute(query.where(Wait.state == WAITING, is_open).distinct()).all()
    found = {product_id for product_id, reason in rows if reason == CLOSED}
    for chunk in in_chunks({product_id for product_id, _reason in rows} - found):
        packs = select(Sku.id, Listing.product_id).join(Listing, Listing.id == Sku.listing_id)
        product_of = dict(db.session.execute(packs.where(Listing.product_id.in_(chunk), Sku.is_active)).all())  # type: ignore[arg-type]
        found |= {product_of[sku_id] for sku_id in available(list(product_of), at)}
    return sorted(found)


def list_crowds(
    page: int, per_page: int, *, producers: Collection[str] | None = None, stores: Collection[int] | None = None
) -> tuple[list[Crowd], int]:
    """Who waits for what, most first, and how many such rows; only of these producers (codes) or these stores (ids).

    Those who would take it at any store count for every store.
    """
    count = func.count().label("count")
    query = (
        select(Wait.product_id, Wait.sku_id, Wait.store_id, count)
        .where(Wait.state.in_(_COUNTED))
        .group_by(Wait.product_id, Wait.sku_id, Wait.store_id)
    )
    if producers is not None:
        query = query.join(Product, Product.id == Wait.product_id).join(Producer, Producer.id == Product.producer_id)
        query = query.where(Producer.code.in_(producers))
    if stores is not None:
        query = query.where(or_(Wait.store_id.is_(None), Wait.store_id.in_(stores)))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(count.desc(), Wait.product_id, Wait.sku_id, Wait.store_id)
    rows = db.session.execute(ordered.limit(per_page).offset((page - 1) * per_page)).all()
    return _crowds(rows), total


def list_to_call(stores: Collection[int] | None) -> list[ToCall]:
    """Whom these stores (None: every store) should telephone, the first who asked on top."""
    query = _with_names().where(Wait.state == TO_CALL)
    if stores is not None:
        query = query.where(Wait.store_id.in_(stores))
    return [ToCall(*row) for row in db.session.execute(query.order_by(Wait.id).limit(200))]


def count_to_call(stores: Collection[int] | None) -> int:
    """How many wait for a telephone call."""
    query = select(func.count()).select_from(Wait).where(Wait.state == TO_CALL)
    if stores is not None:
        query = query.where(Wait.store_id.in_(stores))
    return db.session.scalar(query) or 0


def _with_names() -> Select[Wait, Product, Sku, Store]:
    return (
        select(Wait, Product, Sku, Store)
        .join(Product, Product.id == Wait.product_id)
        .outerjoin(Sku, Sku.id == Wait.sku_id)
        .outerjoin(Store, Store.id == Wait.store_id)
    )


def _crowds(rows: Sequence[tuple[int, int | None, int | None, int]]) -> list[Crowd]:
    products = {one.id: one for one in _all(select(Product).where(Product.id.in_({row[0] for row in rows})))}
    skus = {one.id: one for one in _all(select(Sku).where(Sku.id.in_({row[1] for row in rows if row[1]})))}
    stores = stores_by_id() if any(row[2] for row in rows) else {}
    return [Crowd(products[p], skus.get(s or 0), stores.get(t or 0), count) for p, s, t, count in rows]


def _all(query: Select[T]) -> Sequence[T]:
    return db.session.scalars(query).all()
