"""Which listings can be had where: the catalog's packs joined with the free stock of the stores."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from catalog.listings.models import Sku
from core.db import db, in_chunks
from shop.inventory.queries import available, stocked

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Stores (ids) that have a listing in stock, by listing id; listings that none has are left out."""

    stores: Mapping[int, frozenset[int]]

    def has(self, listing_id: int) -> bool:
        """Whether any store can sell some of it now."""
        return listing_id in self.stores


def shelf_of(listing_ids: Collection[int], now: datetime) -> Shelf:
    """Where these listings can be had now: two statements for every 5,000 of them."""
    found: dict[int, set[int]] = defaultdict(set)
    for chunk in in_chunks(listing_ids):
        query = select(Sku.id, Sku.listing_id).where(Sku.listing_id.in_(chunk), Sku.is_active)
        listing_of = {row[0]: row[1] for row in db.session.execute(query)}
        for sku_id, stores in available(list(listing_of), now).items():
            found[listing_of[sku_id]] |= stores.keys()
    return Shelf({listing_id: frozenset(stores) for listing_id, stores in found.items()})


def listings_at(store_id: int, now: datetime) -> set[int]:
    """Listings of which a store can sell some now."""
    found: set[int] = set()
    for chunk in in_chunks(stocked(store_id, now)):
        query = select(Sku.listing_id).where(Sku.id.in_(chunk), Sku.is_active)
        found |= set(db.session.scalars(query))
    return found
