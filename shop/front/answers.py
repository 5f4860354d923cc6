"""Answers of the API about products, put together of what is kept: only stock is new at each question.

What depends on the listings of a day alone is written once for as long as none of them changes (`Day.derived`).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from flask_babel import get_locale

from catalog.certificates.queries import count_covered
from catalog.search.engine import ask
from catalog.search.facets import FacetValue
from catalog.search.synonyms import known_synonyms, synonyms
from catalog.showcase.cards import cards_of
from catalog.showcase.day import Day
from catalog.showcase.faces import Face
from core.clock import local_day
from core.feed import Beside, ask_beside
from core.web.api import paged
from shop.front.counting import count_search
from shop.front.queries import Browsed, browse, shown
from shop.front.schemas import ProductCardOut, ProductOut
from shop.front.stock import Shelf, last_shelf, shelf_at
from shop.front.views import card_view, whole_view

_CARD, _WHOLE = ProductCardOut(), ProductOut()


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as bytes of JSON, with the gate of the listings that it shows."""

    body: bytes
    #: How many of its listings the gate lets through, as a question; None: it shows none.
    gate: Beside | None
    shows: int
    #: As search counts it.
    total: int
    hides_alcohol: bool


def list_answer(args: Mapping[str, Any], now: datetime) -> bytes:
    """A page of products with its facets, as ProductCardListOut says. Raises Invalid for an unknown store.

    It is written once for as long as neither a listing of the day, nor a shelf, nor for words the index and the
    synonyms change; what it shows passes the gate at each question all the same, in one statement with the news.
    """
    on, found_by = local_day(now), _found_by(args)
    shelf = last_shelf(on)
    kept: Written | None = shelf.known(_key(args, found_by)) if shelf else None
    if kept is None or not _is_so_still(kept, shelf, found_by, now):
        kept = fresh = _written(browse(args, now), args)
        shelf_at(now).derived(_key(args, found_by), lambda: fresh)
    if args.get("q"):
        count_search(kept.total, on, hides_alcohol=kept.hides_alcohol)
    return kept.body


def _found_by(args: Mapping[str, Any]) -> Hashable:
    """What finds words: the state of the index; None without words."""
    return ask(lambda index: index.state()) if args.get("q") else None


def _key(args: Mapping[str, Any], found_by: Hashable) -> Hashable:
    """What an answer hangs on beside the listings of the day and the shelves."""
    return ("list", str(get_locale()), repr(sorted(args.items())), found_by, known_synonyms() if found_by else None)


def _is_so_still(kept: Written, shelf: Shelf | None, found_by: Hashable, now: datetime) -> bool:
    """Whether the gate lets all through that was let through before, and nothing has changed: one statement."""
    known = known_synonyms()
    if kept.gate is not None and ask_beside(kept.gate) != kept.shows:
        return False
    return shelf_at(now) is shelf and (not found_by or synonyms() is known)


def product_answer(day: Day, face: Face, now: datetime) -> bytes:
    """A product that was let through, whole, as ProductOut says."""
    shelf = shelf_at(now, day)
    return shelf.derived(("whole", face.listing_id, str(get_locale())), lambda: _whole(shelf, face, now))


def _written(found: Browsed, args: Mapping[str, Any]) -> Written:
    items = [_item(found.result.day, face, in_stock=found.shelf.holds(face)) for face in found.faces]
    facets = {name: [_value(one) for one in values] for name, values in found.facets.items()}
    whole = paged(
        items, found.result.total, args["page"], args["per_page"],
        facets=facets, did_you_mean=found.result.did_you_mean,
    )  # fmt: skip
    shown = [face.product_id for face in found.faces]
    gate = count_covered(shown, found.result.day.on) if shown else None
    return Written(orjson.dumps(whole), gate, len(set(shown)), found.result.total, found.result.hides_alcohol)


def _whole(shelf: Shelf, face: Face, now: datetime) -> bytes:
    """What the listing says is kept for the day; only its stock is new."""
    day, ids = shelf.day, {pack.code: pack.sku_id for pack in face.packs}

    def made() -> dict[str, Any]:
        return dict(_WHOLE.dump(whole_view(shown(day, face, now))))  # type: ignore[call-overload]

    whole = day.derived(("whole", face.listing_id, str(get_locale())), made)
    packs = [{**pack, **_stock(shelf, ids[pack["code"]])} for pack in whole["skus"]]
    return orjson.dumps({**whole, "skus": packs, "in_stock": shelf.holds(face)})


def _item(day: Day, face: Face, *, in_stock: bool) -> orjson.Fragment:
    """One product of a list, as JSON."""

    def made() -> orjson.Fragment:
        card = cards_of(day, [face])[0]
        return orjson.Fragment(orjson.dumps(_CARD.dump(card_view(card, in_stock=in_stock))))

    return day.derived(("item", face.listing_id, in_stock), made)


def _value(one: FacetValue) -> dict[str, Any]:
    return {"value": one.value, "label": one.label, "count": one.count}


def _stock(shelf: Shelf, sku_id: int) -> dict[str, Any]:
    found = shelf.units(sku_id)
    stock = [{"store": {"code": store.code, "name": store.name}, "available": units} for store, units in found]
    return {"in_stock": bool(stock), "stock": stock}
