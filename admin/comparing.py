"""A request's fields as a page draws them: old beside new, word by word; a new listing read whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from catalog.changes import words
from catalog.changes.difference import NEW, OLD, Piece, difference
from catalog.changes.fields import LISTING, NEW_SKU
from catalog.changes.queries import Compared
from catalog.changes.rules import is_marked, percent
from catalog.listings.models import GRAM, Listing, Sku
from catalog.photos.models import REMOVED, ProductPhoto
from catalog.photos.queries import Photo, standing_of
from core.db import db
from core.money import dong


@dataclass(frozen=True, slots=True)
class Row:
    """One field. ``look``: text, photo or pack."""

    compared: Compared
    label: str
    look: str
    before: str
    now: str
    after: str
    pieces: list[Piece]
    #: Of a new pack: its facts, and what its price is beside those of the packs that stand.
    facts: list[tuple[str, str]]
    photo: Photo | None = None

    @property
    def name(self) -> str:
        """The field's name."""
        return self.compared.field.field

    @property
    def is_long(self) -> bool:
        """Whether both sides need room of their own."""
        return max(len(self.before), len(self.after)) > 60


@dataclass(frozen=True, slots=True)
class Whole:
    """A new listing as its producer handed it in."""

    words: list[tuple[str, str]]
    packs: list[tuple[Sku, list[tuple[str, str]]]]
    photos: Sequence[tuple[ProductPhoto, Photo]]


def rows_of(compared: Sequence[Compared], product_id: int) -> list[Row]:
    """Every field, drawn; photos are read in one statement, packs in another."""
    photos = {one.code: one for one in _photos(product_id)} if any(one.key.kind == "photo" for one in compared) else {}
    return [_row(one, photos) for one in compared]


def read_listing(listing: Listing) -> Whole:
    """A listing whole: what is said, its packs, and the photos that wait."""
    packs = db.session.scalars(select(Sku).where(Sku.listing_id == listing.id, Sku.is_active).order_by(Sku.id)).all()
    said = [(str(words.LABELS.get(name, name)), words.value_text(name, getattr(listing, name))) for name in LISTING]
    return Whole(
        words=[line for line in said if line[1]],
        packs=[(sku, _facts({name: getattr(sku, name) for name in NEW_SKU})) for sku in packs],
        photos=[(one, _photo(one, one.wanted_alt or one.alt)) for one in standing_of(listing.product_id)],
    )


def price_note(before: int | None, after: int) -> tuple[int, bool] | None:
    """Percent of a change and whether it is marked (more than 30%)."""
    return None if not before else (percent(before, after), is_marked(before, after))


def _row(one: Compared, photos: dict[str, ProductPhoto]) -> Row:
    key, field = one.key, one.field
    label = words.key_label(key)
    if key.kind == "photo":
        held = photos.get(key.code)
        shown = _photo(held, field.after["alt"]) if held is not None and held.state != REMOVED else None
        before, after = ((value or {}).get("alt", "") for value in (field.before, field.after))
        now = (one.now or {}).get("alt", "")
        return Row(one, label, "photo", before, now, after, difference(before, after), [], shown)
    if key.kind == "pack":
        return Row(one, label, "pack", "", "", "", [], _facts(field.after))
    before, now, after = (words.value_text(key.name, value) for value in (field.before, one.now, field.after))
    is_text = isinstance(field.after, str) and key.name not in ("vat_class", "gtin")
    pieces = difference(before, after) if is_text else _swapped(before, after)
    return Row(one, label, "text", before, now, after, pieces, [])


def _swapped(before: str, after: str) -> list[Piece]:
    return [piece for piece in (Piece(OLD, before), Piece(NEW, after)) if piece.text]


def _facts(values: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in NEW_SKU:
        value = values.get(name)
        if name == "price_vnd" and value is not None:
            text = dong(value) + ("/kg" if values.get("unit") == GRAM else "")
        elif name in ("code", "is_active"):
            continue
        else:
            text = words.value_text(name, value)
        if text:
            found.append((str(words.PACK_LABELS.get(name, name)), text))
    return found


def _photos(product_id: int) -> Sequence[ProductPhoto]:
    return db.session.scalars(select(ProductPhoto).where(ProductPhoto.product_id == product_id)).all()


def _photo(one: ProductPhoto, alt: str) -> Photo:
    return Photo(one.code, alt, one.width, one.height, one.is_drawn)
