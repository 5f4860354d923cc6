"""Reads of stores."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.text import sort_key
from shop.stores.models import Place, Seller, Store

#: With its seller and both its areas: one statement.
_WITH_NAMES = select(Store).options(
    joinedload(Store.seller, innerjoin=True), joinedload(Store.area, innerjoin=True), joinedload(Store.serves)
)
_TRADING = _WITH_NAMES.where(Store.is_active).order_by(Store.id)


def get_store(code: str) -> Store:
    """A store that trades, by its code. Raises NotFound."""
    store = find_store(code)
    if store is None:
        raise NotFound
    return store


def find_store(code: str) -> Store | None:
    """A store that trades, by its code."""
    return db.session.scalar(select(Store).where(Store.code == code, Store.is_active))


def get_any_store(code: str) -> Store:
    """A store by its code, closed ones included: for its desk. Raises NotFound."""
    store = db.session.scalar(select(Store).where(Store.code == code))
    if store is None:
        raise NotFound
    return store


def list_every_store() -> Sequence[Store]:
    """As ``list_stores``, with the closed ones after those that trade."""
    found = db.session.scalars(_WITH_NAMES.order_by(Store.id))
    return sorted(found, key=lambda store: (not store.is_active, sort_key(store.name)))


def list_sellers() -> Sequence[Seller]:
    """Every legal seller, by name."""
    return sorted(db.session.scalars(select(Seller)), key=lambda seller: sort_key(seller.name))


def find_store_by_id(store_id: int) -> Store | None:
    """A store that trades, by its id."""
    return db.session.scalar(select(Store).where(Store.id == store_id, Store.is_active))


def list_stores() -> Sequence[Store]:
    """Every store that trades, in the order of a Vietnamese dictionary; they are few (tens), so all at once."""
    return sorted(db.session.scalars(_TRADING), key=lambda store: sort_key(store.name))


def serving(stores: Iterable[Store]) -> set[int]:
    """The ids of those that take part in orders: goods are fetched there, or sent from there."""
    return {store.id for store in stores if store.has_pickup or store.has_delivery}


def stores_by_id() -> dict[int, Store]:
    """Every store that trades, by id."""
    return {store.id: store for store in list_stores()}


def get_seller(code: str) -> Seller:
    """A seller by code. Raises NotFound."""
    seller = db.session.scalar(select(Seller).where(Seller.code == code))
    if seller is None:
        raise NotFound
    return seller


def get_place(store_id: int, code: str) -> Place:
    """A place of a store: ``shelf``, ``back`` or ``transit``. Raises NotFound."""
    place = db.session.scalar(select(Place).where(Place.store_id == store_id, Place.code == code))
    if place is None:
        raise NotFound
    return place
