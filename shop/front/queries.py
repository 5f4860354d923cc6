"""Reads of the shop front: a page of products with its facets, one product whole, products like it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from catalog.certificates.queries import count_covered
from catalog.listings.models import Listing, Sku
from catalog.listings.queries import Card, find_by_product, packs_on_sale
from catalog.listings.refusals import ListingNotFound
from catalog.listings.why import Why, explain, refusal_of
from catalog.products.models import Product
from catalog.products.queries import find_moved
from catalog.search.facets import FacetValue
from catalog.search.service import Query, Result, search
from catalog.showcase.cards import cards_of, let_through, open_cards
from catalog.showcase.day import Day, Mask
from catalog.showcase.faces import Face
from catalog.showcase.kept import known_day, showcase
from core.clock import local_day
from core.db import db
from core.errors import Invalid, Refusal
from core.feed import ask_beside
from shop.front.stock import Shelf, shelf_at
from shop.inventory.shelves import StoreName, trading_stores

#: The filters of an address that search knows as facets.
_CHOSEN = ("group", "set", "stars", "area", "producer")


@dataclass(frozen=True, slots=True)
class Browsed:
    """One page of results."""

    #: The page's listings, let through by the gate.
    faces: list[Face]
    shelf: Shelf
    result: Result
    #: The result's facets, and the stores that have the results in stock.
    facets: dict[str, list[FacetValue]]

    @property
    def cards(self) -> list[Card]:
        """The page's listings as cards."""
        return cards_of(self.result.day, self.faces)


@dataclass(frozen=True, slots=True)
class Pack:
    """An active pack and the units that each store can sell of it now."""

    sku: Sku
    #: What it costs today: a piece, or a kilogram.
    price_vnd: int
    stock: list[tuple[StoreName, int]]

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
    result = search(query_of(args), local_day(now), _in_store(args.get("store"), now))
    shelf = shelf_at(now, result.day)
    shown = let_through(result.day, result.faces(args["page"], args["per_page"]))
    return Browsed(shown, shelf, result, {**result.facets, "store": shelf.facet(result.rows_before_among)})


def query_of(args: Mapping[str, Any]) -> Query:
    """The question to search behind loaded arguments."""
    chosen = {name: frozenset(map(str, args[name])) for name in _CHOSEN if args.get(name)}
    return Query(
        text=args.get("q", ""), chosen=chosen, price_min=args.get("price_min"), price_max=args.get("price_max"),
        is_gift=args.get("is_gift"), ends_by=args.get("ends_by"), is_adult=bool(args.get("adult")),
        sort=args.get("sort", "relevance"),
    )  # fmt: skip


def find_open(slug: str, now: datetime) -> tuple[Day, Face] | None:
    """What is for sale now at an address, let through by the gate."""
    on = local_day(now)
    known = known_day(on)
    face = known.find(slug) if known else None
    is_open = face is not None and ask_beside(count_covered([face.product_id], on)) == 1
    day = showcase(on)  # no statement more: what is new was asked with the gate
    if is_open and day is known:
        return day, face  # type: ignore[return-value]
    face = day.find(slug)
    return (day, face) if face and let_through(day, [face]) else None


def show(slug: str, now: datetime) -> Shown | Closed | Moved:
    """What an address leads to. Raises ListingNotFound for what never was listed (decision 14)."""
    found = find_open(slug, now)
    return shown(*found, now) if found else not_shown(slug, local_day(now))


def shown(day: Day, face: Face, now: datetime) -> Shown:
    """A listing that was let through, whole."""
    listing = db.session.get_one(Listing, face.listing_id)
    return Shown(cards_of(day, [face])[0], listing, _packs(listing, now, shelf_at(now, day)))


def not_shown(slug: str, on: date) -> Closed | Moved:
    """Why there is nothing for sale at an address."""
    product = db.session.scalars(select(Product).where(Product.slug == slug)).first()
    if product is None:
        moved = find_moved(slug)
        if moved is None:
            raise ListingNotFound
        return Moved(moved.slug)
    listing = find_by_product(product.id)
    if listing is None or listing.published_at is None:
        raise ListingNotFound
    return Closed(product, explain([product.id], on)[product.id])


def like(product: Product | Card, now: datetime, is_adult: bool, most: int = 4) -> list[Card]:
    """Open products of the same set, or else of the same group: what to look at beside or instead of it."""
    day = showcase(local_day(now))
    found: dict[str, Face] = {}
    for name, value in (("set", str(product.set_no)), ("group", _group(product))):
        asked = Query(chosen={name: frozenset({value})}, is_adult=is_adult, sort="newest")
        found |= {face.slug: face for face in search(asked, day.on).faces(1, most + 1) if face.slug not in found}
        if len(found) > most:
            break
    found.pop(product.slug, None)
    return open_cards(day, list(found.values())[:most])


def _group(product: Product | Card) -> str:
    return product.group if isinstance(product, Card) else product.product_set.group


def _in_store(code: str | None, now: datetime) -> Callable[[Day], Mask] | None:
    """What restricts a search to the shelves of a store. Raises Invalid for one that does not trade."""
    if code is None:
        return None
    store = next((one for one in trading_stores().values() if one.code == code), None)
    if store is None:
        raise Invalid({"store": [_("Không có cửa hàng này.")]})
    return lambda day: shelf_at(now, day).of_store(store.id)


def _packs(listing: Listing, now: datetime, shelf: Shelf) -> list[Pack]:
    active = packs_on_sale([listing.id], local_day(now)).get(listing.id, [])
    return [Pack(sku, price, shelf.units(sku.id)) for sku, price in active]
