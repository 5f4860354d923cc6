"""What stalls of a fair took, and what became of the goods that were brought: from receipts and the ledger."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select

from catalog.listings.models import Listing, Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot, StockLevel, StockMovement
from shop.inventory.rules import Reason
from shop.sales.queries import sums_by
from shop.sales.rules import By, Only
from shop.stores.models import Place

_CAME = (Reason.RECEIPT, Reason.TRANSFER_IN)
_SOLD = (Reason.SALE, Reason.RETURN)
_WENT = (Reason.PRODUCER_RETURN, Reason.TRANSFER_OUT)


@dataclass(frozen=True)
class Goods:
    """One pack of one exhibitor over some stalls, in units: brought, sold (less returns), taken away, otherwise gone
    (damage, tasting, counts: negative), and what should still lie there.
    """

    producer: str
    name: str
    unit: str
    came: int
    sold: int
    went: int
    other: int

    @property
    def left(self) -> int:
        """What should lie there now."""
        return self.came - self.sold - self.went + self.other


@dataclass(frozen=True)
class Takings:
    """Đồng taken less given back: in all, by stall, by exhibitor, by day; and receipts' lines behind each."""

    total_vnd: int
    by_store: Mapping[int, int]
    by_producer: Mapping[int, int]
    by_day: Mapping[date, int]


def takings_of(store_ids: Collection[int], day: date | None = None) -> Takings:
    """What these stores took, on one day or on all; three statements."""
    only = Only(stores=list(store_ids), first=day, last=day)
    if not store_ids:
        return Takings(0, {}, {}, {})
    by_store, by_producer, by_day = (_sums(by, only) for by in (By.STORE, By.PRODUCER, By.DAY))
    return Takings(sum(by_store.values()), by_store, by_producer, by_day)


def goods_of(store_ids: Collection[int]) -> list[Goods]:
    """What became of the goods in these stores, by exhibitor and pack; one statement."""
    if not store_ids:
        return []
    delta, reason = StockMovement.delta, StockMovement.reason
    query = (
        select(
            Producer.name, Product.name, Sku.label, Sku.unit, _sum(reason.in_(_CAME), delta),
            -_sum(reason.in_(_SOLD), delta), -_sum(reason.in_(_WENT), delta),
            _sum(reason.not_in((*_CAME, *_SOLD, *_WENT)), delta),
        )
        .select_from(StockMovement)
        .join(StockLevel, StockLevel.id == StockMovement.level_id)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Place.store_id.in_(list(store_ids)))
        .group_by(Producer.name, Product.name, Sku.label, Sku.unit, Sku.id)
        .order_by(Producer.name, Product.name, Sku.label)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    return [Goods(row[0], f"{row[1]}, {row[2]}", row[3], *map(int, row[4:])) for row in rows]


def _sums(by: By, only: Only) -> dict[Any, int]:
    return {one.key[0]: one.revenue_vnd for one in sums_by(by, only=only)}


def _sum(condition: Any, delta: Any) -> Any:
    return func.coalesce(func.sum(case((condition, delta), else_=0)), 0)
