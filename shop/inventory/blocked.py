"""What lies in the stores and may not be sold for want of a star, and what it is worth (case C11)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, distinct, func, select

from catalog.listings.models import Sku
from catalog.products.models import Product
from core.db import db
from shop.inventory.models import Lot, StockLevel
from shop.inventory.rules import Ground
from shop.stores.models import Place

#: What a level is worth at its selling price, in whole đồng: prices of goods by weight are per kilogram.
VALUE_VND = case(
    (Sku.unit == "gram", StockLevel.on_hand * Sku.price_vnd // 1000), else_=StockLevel.on_hand * Sku.price_vnd
)


@dataclass(frozen=True)
class Blocked:
    """One product in one store: lots, units (pieces, or grams) and their worth at the selling price."""

    store_id: int
    product_id: int
    product: str
    lots: int
    units: int
    value_vnd: int


def list_blocked(store_ids: Collection[int]) -> list[Blocked]:
    """Goods on hand of lots that are blocked for their star, the most valuable first."""
    value = func.sum(VALUE_VND)
    query = (
        select(
            Place.store_id, Product.id, Product.name, func.count(distinct(Lot.id)), func.sum(StockLevel.on_hand), value
        )
        .select_from(StockLevel)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(Place.store_id.in_(list(store_ids)), StockLevel.on_hand > 0, Lot.ground == Ground.CERTIFICATE)
        .group_by(Place.store_id, Product.id, Product.name)
        .order_by(value.desc(), Place.store_id, Product.id)
    )
    return [
        Blocked(store, product, name, lots, int(units), int(worth))
        for store, product, name, lots, units, worth in db.session.execute(query)
    ]
