"""Reads of the shop front: a page of products with its facets, one product whole, products like it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Card, cards, find_by_product, packs_on_sale
from catalog.listings.refusals import ListingNotFound
from catalog.listings.why import Why, explain, refusal_of
from catalog.products.models import Product
from catalog.products.queries import find_moved
from catalog.search.facets import FacetValue
from catalog.search.service import Query, Result, search
from core.clock import local_day
from core.db import db
from core.errors import Invalid, Refusal
from core.text import sort_key
from shop.front.stock import Shelf, listings_at, shelf_of
from shop.inventory.queries import available
from shop.stores.models import Store
from shop.stores.queries import find_store, stores_by_id

#: The filters of an address that search knows as facets.
_CHOSEN = ("group", "set", "stars", "area", "producer")


@dataclass(frozen=True, slots=True)
class Browsed:
    """One page of results."""

    cards: list[Card]
    shelf: Shelf
    result: Result
    #: The result's facets, and the stores that have the results in stock.
    facets: dict[str, list[FacetValue]]


@dataclass(frozen=True, slots=True)
class Pack:
    """An active pack and the units that each store can sell of it now."""

    sku: Sku
    #: What it costs today: a piece, or a kilogram.
    price_vnd: int
    stock: list[tuple[Store, int]]

    @property
    def in_stock(self) -> bool:
        """Whether any store has some."""
        return bool(self.stock)


@dataclass(frozen=True, slots=True)
class Shown:
    """A product that is for sale, whole."""

    card: Card
    listing: Listing
    packs: list[Pack]

    @property
    def in_stock(self) -> bool:
        """Whether any store has some pack of it."""
        return any(pack.in_stock for pack in self.packs)


@dataclass(frozen=True, slots=True)
class Closed:
    """A product that once was listed and is not for sale now, with the reason."""

    product: Product
    why: Why

    def refusal(self, **facts: Any) -> Refusal:
        """The same as a refusal."""
        return refusal_of(self.why, product=self.product.slug, **facts)


@dataclass(frozen=True, slots=True)
class Moved:
    """The product has another address now."""

    slug: str


def browse(args: Mapping[str, Any], now: datetime) -> Browsed:
    """A page of open products for loaded arguments of ProductsQuery. Raises Invalid for an unknown store."""
    on = local_day(now)
    among = _in_store(args.get("store"), now)
    result = search(query_of(args), on, among)
    page, per_page = args["page"], args["per_page"]
    ids = result.listing_ids[(page - 1) * per_page : page * per_page]
    shelf = shelf_of(set(result.before_among) | set(ids), now)
    facets = {**result.facets, "store": _store_facet(result.before_among, shelf)}
    return Browsed(cards(ids, on), shelf, result, facets)


def query_of(args: Mapping[str, Any]) -> Query:
    """The question to search behind loaded arguments."""
    chosen = {name: frozenset(map(str, args[name])) for name in _CHOSEN if args.get(name)}
    return Query(
        text=args.get("q", ""), chosen=chosen, price_min=args.get("price_min"), price_max=args.get("price_max"),
        is_adult=bool(args.get("adult")), sort=args.get("sort", "relevance"),
    )  # fmt: skip


def show(slug: str, now: datetime) -> Shown | Closed | Moved:
    """What an address leads to. Raises ListingNotFound for what never was listed (decision 14)."""
    on = local_day(now)
    product = db.session.scalars(select(Product).where(Product.slug == slug)).first()
    if product is None:
        moved = find_moved(slug)
        if moved is None:
            raise ListingNotFound
        return Moved(moved.slug)
    listing = find_by_product(product.id)
    if listing is None or listing.published_at is None:
        raise ListingNotFound
    found = cards([listing.id], on)
    if not found:
        return Closed(product, explain([product.id], on)[product.id])
    return Shown(found[0], listing, _packs(listing, now))


def like(product: Product | Card, now: datetime, is_adult: bool, most: int = 4) -> list[Card]:
    """Open products of the same set, or else of the same group: what to look at beside or instead of it."""
    on, own = local_day(now), product.slug
    set_no = product.set_no
    found: list[int] = []
    for name, value in (("set", str(set_no)), ("group", _group(product))):
        asked = Query(chosen={name: frozenset({value})}, is_adult=is_adult, sort="newest")
        found += [one for one in search(asked, on).listing_ids if one not in found]
        if len(found) > most:
            break
    return [card for card in cards(found[: most + 1], on) if card.slug != own][:most]


def _group(product: Product | Card) -> str:
    return product.group if isinstance(product, Card) else product.product_set.group


def _in_store(code: str | None, now: datetime) -> Collection[int] | None:
    if code is None:
        return None
    store = find_store(code)
    if store is None:
        raise Invalid({"store": [_("Không có cửa hàng này.")]})
    return listings_at(store.id, now)


def _store_facet(listing_ids: Sequence[int], shelf: Shelf) -> list[FacetValue]:
    """How many of the listings each store has in stock; most first."""
    counts = Counter(store for one in listing_ids for store in shelf.stores.get(one, ()))
    stores = stores_by_id() if counts else {}
    found = [FacetValue(stores[one].code, stores[one].name, count) for one, count in counts.items() if one in stores]
    return sorted(found, key=lambda one: (-one.count, sort_key(one.label)))


def _packs(listing: Listing, now: datetime) -> list[Pack]:
    active = packs_on_sale([listing.id], local_day(now)).get(listing.id, [])
    free = available([sku.id for sku, _price in active], now)
    stores = stores_by_id() if free else {}
    return [Pack(sku, price, _at_stores(free.get(sku.id, {}), stores)) for sku, price in active]


def _at_stores(free: Mapping[int, int], stores: Mapping[int, Store]) -> list[tuple[Store, int]]:
    found = [(stores[one], units) for one, units in free.items() if one in stores]
    return sorted(found, key=lambda pair: sort_key(pair[0].name))
