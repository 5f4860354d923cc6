"""Answers of the API about products, put together of what is kept: only stock is new at each question.

What depends on the listings of a day alone is written once for as long as none of them changes (`Day.derived`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from flask_babel import get_locale

from catalog.search.facets import FacetValue
from catalog.showcase.cards import cards_of, let_through
from catalog.showcase.day import Day
from catalog.showcase.faces import Face
from core.web.api import paged
from shop.front.counting import count_search
from shop.front.queries import Browsed, browse, shown
from shop.front.schemas import ProductCardOut, ProductOut
from shop.front.stock import Shelf, shelf_at
from shop.front.views import card_view, whole_view

_CARD, _WHOLE = ProductCardOut(), ProductOut()


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as bytes of JSON, and the listings that it shows."""

    body: bytes
    faces: Sequence[Face]


def list_answer(args: Mapping[str, Any], now: datetime) -> bytes:
    """A page of products with its facets, as ProductCardListOut says. Raises Invalid for an unknown store.

    A list without words is written once for as long as neither a listing of the day nor a shelf changes; what it
    shows passes the gate at each question all the same.
    """
    if args.get("q"):
        found = browse(args, now)
        count_search(found.result.total, found.result.day.on, hides_alcohol=found.result.hides_alcohol)
        return _written(found, args).body
    shelf = shelf_at(now)
    key = ("list", str(get_locale()), repr(sorted(args.items())))
    kept = shelf.derived(key, lambda: _written(browse(args, now), args))
    is_whole = len(let_through(shelf.day, kept.faces)) == len(kept.faces)
    return kept.body if is_whole else _written(browse(args, now), args).body


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
    return Written(orjson.dumps(whole), found.faces)


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
