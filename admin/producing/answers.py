"""From what is kept to what a screen shows, and from what was typed to what is kept."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from admin.producing.steps import NEW, STORY, Step, Stop, road
from admin.producing.words import (
    NAMED,
    compose,
    grouped,
    propose_label,
    read_measure,
    read_price,
    read_strength,
    tell_measure,
)
from catalog.changes.models import OPEN, ChangeRequest
from catalog.listings.measures import days_of, tell_days, tell_strength
from catalog.listings.models import GRAM, PIECE, Listing, Sku
from catalog.listings.progress import Notes
from catalog.listings.rules import LISTING_FIELDS, clean_gtin
from catalog.listings.vat import classes_for, rate_of
from catalog.products.models import Product


@dataclass(frozen=True)
class Book:
    """A listing being made, with what is noted beside it."""

    listing: Listing
    product: Product
    notes: Notes
    #: What waits for a moderator, where the listing is live.
    request: ChangeRequest | None

    @property
    def set_no(self) -> int:
        """The product's set."""
        return self.product.set_no

    @property
    def packs(self) -> list[Sku]:
        """The packs that are offered, the first described first."""
        return sorted((sku for sku in self.listing.skus if sku.is_active), key=lambda sku: sku.id)

    @property
    def is_adding(self) -> bool:
        """Whether a further pack is being described."""
        return bool(self.notes.pack)

    @property
    def waiting_packs(self) -> list[dict[str, Any]]:
        """New packs of a live listing that wait for a moderator: label and price_vnd among their facts."""
        fields = self.request.fields if self.request else []
        return [
            one.after for one in fields if one.state == OPEN and one.field.count(":") == 1 and one.field[:4] == "sku:"
        ]

    def pack(self, code: str | None) -> Sku | None:
        """The pack of that code; None for the one being made, and where there is no such."""
        return next((sku for sku in self.listing.skus if sku.code == code), None)

    def stops(self) -> list[Stop]:
        """Every question on the way."""
        return road(self.set_no, [sku.code for sku in self.packs], is_adding=self.is_adding)

    def wanted(self, field: str, kept: Any) -> Any:
        """The value that waits for a moderator, or the one that is kept."""
        fields = self.request.fields if self.request else []
        return next((one.after for one in fields if one.field == field and one.state == OPEN), kept)

    def value(self, column: str) -> Any:
        """A column of the listing as its producer wants it."""
        return self.wanted(column, getattr(self.listing, column))

    def fact(self, code: str | None, column: str) -> Any:
        """A column of a pack as its producer wants it; of the pack being made, what has been said so far."""
        sku = self.pack(code)
        return self.wanted(f"sku:{sku.code}:{column}", getattr(sku, column)) if sku else self.notes.pack.get(column)


def answered(book: Book) -> frozenset[str]:
    """What needs no asking any more: what was answered or passed over, and what is known from elsewhere."""
    said = {name for name in LISTING_FIELDS - {"is_gift", "maker_address", "origin"} if getattr(book.listing, name)}
    for sku in book.packs:
        said |= {f"{sku.code}:measure", f"{sku.code}:price"}
        columns = {"gtin": sku.gtin, "vat_class": sku.vat_class, "shelf": sku.shelf_days, "storage": sku.storage}
        said |= {f"{sku.code}:{name}" for name, kept in (columns | {"abv": sku.abv_bp}).items() if kept}
    told = {name for name in STORY if book.listing.story}
    return frozenset(said | told) | book.notes.done


def shown(book: Book, stop: Stop) -> dict[str, Any]:
    """What the screen's form holds before anybody types."""
    name, code = stop.step.name, stop.pack
    if stop.step.is_pack:
        return _OF_PACK[name](book, code)
    if name in STORY:
        return {"answer": book.notes.story.get(name, "")}
    if name == "story":
        return {"answer": book.value("story") or compose(book.notes.story)}
    if name == "is_gift":
        return {"answer": "true" if book.value("is_gift") else "false"}
    return {"answer": book.value(name)} if name in LISTING_FIELDS else {}


def mark(values: Mapping[str, Any]) -> str:
    """A short mark of what a screen showed, to see whether it was changed elsewhere meanwhile."""
    text = "\x00".join(f"{key}={value}" for key, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changes(book: Book, stop: Stop, data: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The columns that an answer sets, of the listing or of the pack."""
    if stop.step.is_pack:
        return _CHANGES[stop.step.name](book, stop, data, on)
    name = stop.step.name
    return {name: data["answer"]} if name in LISTING_FIELDS else {}


def pack_facts(book: Book, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
    """A new pack as the verb takes it: what was said, and the rest as the first pack has it or the law leaves it."""
    first = book.packs[0] if book.packs else None
    taken = {"storage": first.storage, "shelf_days": first.shelf_days, "abv_bp": first.abv_bp} if first else {}
    classes = classes_for(book.set_no)
    vat_class = first.vat_class if first else (classes[0] if len(classes) == 1 else None)
    facts = {key: value for key, value in facts.items() if key not in ("container", "amount", "measure")}
    return {**taken, "vat_class": vat_class, "vat_bp": rate_of(vat_class, 0, on), **facts}


def clear(step: Step) -> dict[str, Any]:
    """The columns that passing over a question empties."""
    return {"gtin": {"gtin": None}, "shelf": {"shelf_days": None}, "story": {"story": ""}}.get(step.name, {})


def _show_measure(book: Book, code: str | None) -> dict[str, Any]:
    sku = book.pack(code)
    if sku is None:
        noted = book.notes.pack
        return {key: noted.get(key, "") for key in ("container", "amount", "label")} | {
            "unit": noted.get("measure", "")
        }
    if sku.unit == GRAM:
        return {"container": "", "amount": "", "unit": "loose", "label": book.fact(code, "label")}
    measures = (book.fact(code, column) for column in ("net_grams", "net_ml", "net_pieces"))
    amount, unit = tell_measure(*measures)
    label = book.fact(code, "label")
    container = label.split(" ")[0]
    return {"container": container, "amount": amount, "unit": unit, "label": label}


def _show_price(book: Book, code: str | None) -> dict[str, Any]:
    price = book.fact(code, "price_vnd")
    return {"price": grouped(price) if price else ""}


def _show_shelf(book: Book, code: str | None) -> dict[str, Any]:
    days = book.fact(code, "shelf_days")
    count, unit = tell_days(days) if days else ("", "month")
    return {"count": count, "unit": unit}


_OF_PACK: Final[dict[str, Callable[[Book, str | None], dict[str, Any]]]] = {
    "measure": _show_measure,
    "price": _show_price,
    "gtin": lambda book, code: {"gtin": book.fact(code, "gtin") or ""},
    "vat_class": lambda book, code: {"vat_class": book.fact(code, "vat_class") or ""},
    "shelf": _show_shelf,
    "storage": lambda book, code: {"answer": book.fact(code, "storage") or ""},
    "abv": lambda book, code: {"abv": tell_strength(book.fact(code, "abv_bp"))},
}


def _keep_measure(book: Book, stop: Stop, data: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The measure and the words for it; a pack that is made may still be one or the other kind, a made one may not."""
    unit, amount, container = data["unit"], data["amount"], data["container"]
    sku = book.pack(stop.pack)
    measure = read_measure(amount, unit)
    columns: dict[str, Any] = dict.fromkeys(("net_grams", "net_ml", "net_pieces"))
    if measure is not None:
        columns[measure.column] = measure.amount
    before = _show_measure(book, stop.pack)
    proposed = propose_label(container, amount, unit)
    was_proposed = propose_label(before["container"], str(before["amount"]), before["unit"])
    is_own = unit == NAMED or data["label"] not in ("", was_proposed)
    facts = columns | {"label": data["label"] if is_own else proposed}
    if sku is not None:
        return facts
    kind = GRAM if unit == "loose" else PIECE
    return facts | {"unit": kind, "container": container, "amount": amount, "measure": unit}


_CHANGES: Final[dict[str, Callable[[Book, Stop, Mapping[str, Any], date], dict[str, Any]]]] = {
    "measure": _keep_measure,
    "price": lambda book, stop, data, on: {"price_vnd": read_price(data["price"])},
    "gtin": lambda book, stop, data, on: {"gtin": clean_gtin(data["gtin"])},
    "vat_class": lambda book, stop, data, on: {"vat_class": data["vat_class"]},
    "shelf": lambda book, stop, data, on: {"shelf_days": days_of(data["count"], data["unit"])},
    "storage": lambda book, stop, data, on: {"storage": data["answer"]},
    "abv": lambda book, stop, data, on: {"abv_bp": read_strength(data["abv"])},
}


def is_new(stop: Stop) -> bool:
    """Whether the question is about the pack that is being made."""
    return stop.pack == NEW
