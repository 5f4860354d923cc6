"""A page of products whatever it is about: search, a group, a set, a place, a producer, a shelf, a store.

The address holds the whole state. What a page is about is fixed; every other filter can be chosen and taken away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import request, session
from flask_babel import gettext as _
from marshmallow import EXCLUDE, ValidationError
from werkzeug.datastructures import MultiDict

from catalog.areas.queries import find_latest
from catalog.search.facets import FACETS, FacetValue, set_name
from catalog.search.understanding import MOST_SIGNS
from core.money import dong
from core.text import squeeze
from core.web.fields import Whole, accepting_text
from core.web.querystring import here
from shop.front.addresses import group_label
from shop.front.fields import Several
from shop.front.queries import Browsed, browse
from shop.front.schemas import ProductsQuery
from shop.front.views import card_view
from shop.stores.models import Store
from shop.stores.queries import find_store

#: What an address may ask for beside the words: whatever else it holds (language, campaign marks) is no filter.
FILTERS = (*FACETS, "store", "price_min", "price_max", "gift")
#: Prices at which the range is offered to be cut, in đồng.
STEPS = (50_000, 100_000, 200_000, 500_000)


class BrowseQuery(ProductsQuery):
    """What a page of products reads from its address."""

    gift = Whole(most=1, metadata={"description": "1: only what its producer offers as a gift."})


@dataclass(frozen=True, slots=True)
class Scope:
    """What a page is about."""

    #: Arguments that it sets, as `browse` takes them; its address cannot change them.
    fixed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    #: Filters that make no sense on it, beside those that it sets.
    hidden: frozenset[str] = frozenset()
    #: How it sorts when nobody asks.
    sort: str = "relevance"

    def hides(self, name: str) -> bool:
        """Whether a filter is not offered here."""
        return name in self.hidden or name in self.fixed


@dataclass(frozen=True, slots=True)
class Chip:
    """One chosen filter, and the address without it."""

    label: str
    url: str


#: The page of everything.
ALL = Scope()


def is_adult() -> bool:
    """Whether this visitor has confirmed to be 18 or older."""
    return bool(session.get("adult"))


def read_leniently(given: MultiDict[str, str]) -> dict[str, Any]:
    """The address's filters as the schema loads them, without what it would refuse.

    A page is not a program's door: an old link with a filter that is gone still shows what it can.
    """
    schema = BrowseQuery()
    many = {name for name, one in schema.fields.items() if isinstance(one, Several)}
    raw: dict[str, Any] = {name: given.getlist(name) if name in many else given[name] for name in given}
    raw["q"] = squeeze(raw.get("q", ""))[:MOST_SIGNS]
    raw = {name: value for name, value in raw.items() if value not in ("", [""])}
    with accepting_text():
        while True:
            try:
                return schema.load(raw, unknown=EXCLUDE)  # type: ignore[return-value]
            except ValidationError as error:
                raw = {name: value for name, value in raw.items() if name not in error.messages_dict}


def listing_page(scope: Scope, at: datetime) -> dict[str, Any]:
    """Everything that front/_list.html shows for this request: cards, facets, chips, sorting, pages."""
    args = {name: value for name, value in read_leniently(request.args).items() if not scope.hides(name)}
    store = find_store(args["store"]) if "store" in args else None
    if store is None:
        args.pop("store", None)
    if "sort" not in request.args or args["sort"] == "relevance":
        args["sort"] = "relevance" if args.get("q") else scope.sort
    asked = {**args, **scope.fixed, "adult": is_adult()}
    if asked.get("gift"):
        asked["is_gift"] = True
    found = browse(asked, at)
    return {**_context(scope, args, found, store), "asks_age": _hides(asked, found, at)}


def _hides(asked: Mapping[str, Any], found: Browsed, at: datetime) -> bool:
    """Whether an adult would see more on exactly this page of filters."""
    if not found.result.hides_alcohol:
        return False
    grown = browse({**asked, "adult": True, "page": 1, "per_page": 0}, at)
    return grown.result.total > found.result.total


def _context(scope: Scope, args: Mapping[str, Any], found: Browsed, store: Store | None) -> dict[str, Any]:
    total, per_page = found.result.total, args["per_page"]
    shown = [name for name in _titles() if not scope.hides(name)]
    return {
        "args": args,
        "total": total,
        "page": args["page"],
        "pages": -(-total // per_page),
        "cards": [card_view(card, in_stock=found.shelf.has(card.listing_id)) for card in found.cards],
        "set_counts": {int(one.value): one.count for one in found.facets["set"]},
        "facets": [{"name": one, "title": _titles()[one], "options": _options(one, found)} for one in shown],
        "chips": _chips(scope, args, found, store),
        "sorts": _sorts(scope),
        "steps": STEPS,
        "offers_gifts": not scope.hides("gift"),
        "did_you_mean": found.result.did_you_mean,
        "filtered": any(args.get(name) for name in FILTERS),
    }


def _titles() -> dict[str, str]:
    return {
        "group": _("Nhóm"), "set": _("Bộ sản phẩm"), "stars": _("Số sao"), "area": _("Địa phương"),
        "store": _("Có sẵn tại"), "producer": _("Nhà sản xuất"),
    }  # fmt: skip


def _options(name: str, found: Browsed) -> Sequence[FacetValue]:
    """A facet's values; groups by their short names."""
    options = found.facets[name]
    return [FacetValue(one.value, group_label(one.value), one.count) for one in options] if name == "group" else options


def _sorts(scope: Scope) -> list[tuple[str, str]]:
    """Ways to sort, the page's own first."""
    ways = {
        "relevance": _("Phù hợp nhất"), "newest": _("Mới nhất"), "ending": _("Sắp hết hạn trước"),
        "price": _("Giá thấp đến cao"), "-price": _("Giá cao đến thấp"), "-stars": _("Nhiều sao nhất"),
        "name": _("Tên A–Y"),
    }  # fmt: skip
    own = [one for one in ways if one == scope.sort] + [one for one in ways if one != scope.sort]
    return [(one, ways[one]) for one in own if one != "ending" or scope.sort == "ending"]


def _chips(scope: Scope, args: Mapping[str, Any], found: Browsed, store: Store | None) -> list[Chip]:
    """Every chosen filter with the address that it is gone from; also one that finds nothing today."""
    chips = [
        Chip(_label(name, str(value), found), _without(name, value, args))
        for name in FACETS
        for value in dict.fromkeys(args.get(name, ()))
    ]
    if store is not None:
        chips.append(Chip(store.name, here(store=None, page=None)))
    if args.get("gift"):
        chips.append(Chip(_("Quà tặng"), here(gift=None, page=None)))
    low, high = args.get("price_min"), args.get("price_max")
    if low is not None or high is not None:
        chips.append(Chip(price_words(low, high), here(price_min=None, price_max=None, page=None)))
    return chips


def price_words(low: int | None, high: int | None) -> str:
    """A range of prices in words."""
    if low is None or not low:
        return _("đến %(price)s", price=dong(high or 0))
    if high is None:
        return _("từ %(price)s", price=dong(low))
    return f"{dong(low)} – {dong(high)}"


def _label(name: str, value: str, found: Browsed) -> str:
    """What a chosen value is called: as its facet says it, else as the lists know it, else as it was typed."""
    match name:
        case "group":
            return group_label(value)
        case "set":
            return set_name(int(value))
        case "stars":
            return _("%(n)s sao", n=value)
        case _:
            known = {one.value: one.label for one in found.facets[name]}
            return known.get(value) or (_area_name(value) if name == "area" else None) or value


def _area_name(code: str) -> str | None:
    area = find_latest(code)
    return area.name if area else None


def _without(name: str, value: object, args: Mapping[str, Any]) -> str:
    """The present address without one value of a filter, however it was written (repeated or with commas)."""
    kept = [(name, str(one)) for one in dict.fromkeys(args[name]) if one != value]
    others = [(key, one) for key, one in request.args.items(multi=True) if key not in (name, "page")]
    return request.path + ("?" + urlencode(others + kept) if others + kept else "")
