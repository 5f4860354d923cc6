"""The levels of a store that a part of it has: what lies there by the books, and what a label may mean."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from catalog.listings.models import Sku
from catalog.producers.models import Producer
from catalog.products.models import Product
from catalog.products.sets import SETS
from core.db import db
from shop.counts.models import LevelCounted, Stocktake, StocktakeLine
from shop.counts.rules import Part
from shop.inventory.models import Lot, StockLevel
from shop.stores.models import Place
from shop.stores.rules import SELLABLE_PLACES

#: Nobody has ever counted it: longer ago than anything.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Wanted:
    """Which part of a store is to be counted; see `Stocktake` for the fields."""

    part: Part
    place: str | None = None
    producer_id: int | None = None
    group_code: str | None = None
    #: For `Part.STALE`: how many.
    most: int | None = None


def part_of(stocktake: Stocktake) -> Wanted:
    """The part that a stocktake counts."""
    return Wanted(Part(stocktake.part), stocktake.place, stocktake.producer_id, stocktake.group_code)


def choose(store_id: int, wanted: Wanted) -> list[int]:
    """Ids of the levels that a new stocktake asks for, in the order in which people walk: place, product, HSD.

    Only what the books have some of, and nothing that stands in another open stocktake.
    """
    query = (
        _levels(StockLevel.id)
        .where(Place.store_id == store_id, *within(wanted), StockLevel.on_hand > 0)
        .where(StockLevel.id.not_in(select(StocktakeLine.level_id).where(StocktakeLine.is_live)))
    )
    walked = Place.code.desc(), Product.name, Sku.code, func.coalesce(Lot.expires_on, date.max), Lot.id
    if wanted.part != Part.STALE:
        return list(db.session.scalars(query.order_by(*walked)))
    query = query.outerjoin(LevelCounted, LevelCounted.level_id == StockLevel.id)
    longest = query.order_by(func.coalesce(LevelCounted.counted_at, _NEVER), StockLevel.id).limit(wanted.most)
    chosen = list(db.session.scalars(longest))
    return list(db.session.scalars(_levels(StockLevel.id).where(StockLevel.id.in_(chosen)).order_by(*walked)))


def others(store_id: int, wanted: Wanted) -> list[str]:
    """Codes of the open stocktakes that already count something of this part."""
    query = (
        select(Stocktake.code)
        .join(StocktakeLine, StocktakeLine.stocktake_id == Stocktake.id)
        .join(StockLevel, StockLevel.id == StocktakeLine.level_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Place, Place.id == StockLevel.place_id)
        .where(StocktakeLine.is_live, Place.store_id == store_id, *within(wanted))
    )
    return list(db.session.scalars(query.distinct().order_by(Stocktake.code)))


def is_within(lot: Lot, place: str, wanted: Wanted) -> bool:
    """Whether a lot that the books did not have there may be entered in this part. Chosen lots take no others."""
    if wanted.part == Part.STALE or place not in SELLABLE_PLACES or wanted.place not in (None, place):
        return False
    query = select(Lot.id).join(Product, Product.id == Lot.product_id).where(Lot.id == lot.id, *_products(wanted))
    return db.session.scalar(query) is not None


def within(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The part as conditions on places and products."""
    places = (wanted.place,) if wanted.place else SELLABLE_PLACES
    return [Place.code.in_(places), *_products(wanted)]


def find_lots(said: str) -> list[Lot]:
    """Lots that a label may mean: the lot's own code, or all lots of a pack by its code or its barcode; newest last."""
    found = db.session.scalar(select(Lot).where(Lot.code == said))
    if found is not None:
        return [found]
    query = select(Lot).join(Sku, Sku.id == Lot.sku_id).where(or_(Sku.code == said, Sku.gtin.in_(_barcodes(said))))
    return list(db.session.scalars(query.order_by(Lot.id)))


def producers_in(store_id: int) -> list[tuple[int, str]]:
    """Producers of whom the store has something, by name: (id, name)."""
    query = (
        _levels(Producer.id, Producer.name)
        .join(Producer, Producer.id == Product.producer_id)
        .where(Place.store_id == store_id, StockLevel.on_hand > 0)
        .distinct()
        .order_by(Producer.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def on_hand_of(level_ids: Collection[int]) -> dict[int, int]:
    """Units on hand by level id; read after the locks."""
    query = select(StockLevel.id, StockLevel.on_hand).where(StockLevel.id.in_(level_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def _products(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.producer_id is not None:
        return [Product.producer_id == wanted.producer_id]
    if wanted.group_code is not None:
        return [Product.set_no.in_([one.number for one in SETS.values() if one.group == wanted.group_code])]
    return []


def _barcodes(said: str) -> list[str]:
    """A barcode as scanners tell it: with the zeros before it or without."""
    digits = said.lstrip("0")
    return [digits.zfill(length) for length in (8, 12, 13, 14)] if said.isdecimal() and digits else []


def _levels(*columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(StockLevel)
        .join(Place, Place.id == StockLevel.place_id)
        .join(Lot, Lot.id == StockLevel.lot_id)
        .join(Sku, Sku.id == Lot.sku_id)
        .join(Product, Product.id == Lot.product_id)
    )
