"""What a keeper meant: a scanned code, a code by hand, or words of a name, for packs and for lots of a store."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import open_listings
from catalog.producers.models import Producer
from catalog.products.models import Product
from core.clock import today
from core.db import db
from core.text import fold
from shop.inventory.queries import LevelRow

#: Choices shown when words fit several; and packs offered while one types.
MOST_CHOICES, MOST_OFFERED = 8, 300


@dataclass(frozen=True)
class Choice:
    """Something that may have been meant: its code, and what it is called."""

    code: str
    name: str


def find_packs(text: str) -> list[Choice]:
    """The pack of this code or barcode; else those whose product's, producer's or own name holds every word.

    On sale or not: why a pack may not be taken in is for the verb to say. At most ``MOST_CHOICES``.
    """
    exact = db.session.execute(_packs().where((Sku.code == text.upper()) | (Sku.code == text) | (Sku.gtin == text)))
    found = [_choice(row) for row in exact]
    if found:
        return found
    words = fold(text).split()
    if not words:
        return []
    query = _packs().where(Sku.is_active)
    for word in words[:8]:
        named = Product.name_folded.contains(word, autoescape=True)
        query = query.where(named | Producer.name_folded.contains(word, autoescape=True))
    return [_choice(row) for row in db.session.execute(query.order_by(Product.name_folded, Sku.code).limit(8))]


def offered_packs() -> list[Choice]:
    """Packs that may be taken in today, by name; the first ``MOST_OFFERED``: more are found by typing."""
    query = _packs().where(Sku.is_active, Listing.id.in_(open_listings(today())))
    rows = db.session.execute(query.order_by(Product.name_folded, Sku.code).limit(MOST_OFFERED))
    return [_choice(row) for row in rows]


def find_lots(levels: Sequence[LevelRow], text: str) -> list[LevelRow]:
    """The levels of the lot with this code; else those whose lot number, pack or name holds every word."""
    said = text.strip().upper()
    exact = [row for row in levels if said in (row.lot.upper(), row.sku.upper(), row.number.upper())]
    if exact:
        return exact[:MOST_CHOICES]
    words = fold(text).split()
    fitting = (row for row in levels if words and all(word in fold(f"{row.name} {row.number}") for word in words))
    return list(fitting)[:MOST_CHOICES]


def _packs() -> Select[*tuple[str, str, str, str]]:
    return (
        select(Sku.code, Product.name, Sku.label, Producer.name)
        .join(Listing, Listing.id == Sku.listing_id)
        .join(Product, Product.id == Listing.product_id)
        .join(Producer, Producer.id == Product.producer_id)
    )


def _choice(row: Sequence[str]) -> Choice:
    code, product, label, producer = row
    return Choice(code, f"{product}, {label} · {producer}")
