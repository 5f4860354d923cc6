"""Answers of the API about products, put together of what is kept: only stock is new at each question.

What depends on the listings of a day alone is written once for as long as none of them changes (`Day.derived`).
"""

from datetime import datetime
from typing import Any

import orjson
from flask_babel import get_locale

from catalog.search.facets import FacetValue
from catalog.showcase.cards import cards_of
from catalog.showcase.day import Day
from catalog.showcase.faces import Face
from core.web.api import paged
from shop.front.queries import Browsed, shown
from shop.front.schemas import ProductCardOut, ProductOut
from shop.front.stock import Shelf, shelf_at
from shop.front.views import card_view, whole_view

_CARD, _WHOLE = ProductCardOut(), ProductOut()


def page_answer(found: Browsed, page: int, per_page: int) -> dict[str, Any]:
    """A page of products with its facets, as ProductCardListOut says."""
    items = [_item(found.result.day, face, in_stock=found.shelf.holds(face)) for face in found.faces]
    facets = {name: [_value(one) for one in values] for name, values in found.facets.items()}
    did_you_mean = found.result.did_you_mean
    return paged(items, found.result.total, page, per_page, facets=facets, did_you_mean=did_you_mean)


def product_answer(day: Day, face: Face, now: datetime) -> dict[str, Any]:
    """A product whole, as ProductOut says."""
    shelf, ids = shelf_at(now, day), {pack.code: pack.sku_id for pack in face.packs}

    def made() -> dict[str, Any]:
        return dict(_WHOLE.dump(whole_view(shown(day, face, now))))  # type: ignore[call-overload]

    whole = day.derived(("whole", face.listing_id, str(get_locale())), made)
    packs = [{**pack, **_stock(shelf, ids[pack["code"]])} for pack in whole["skus"]]
    return {**whole, "skus": packs, "in_stock": shelf.holds(face)}


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
