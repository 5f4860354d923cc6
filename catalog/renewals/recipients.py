"""Who is told that a star ends: the producer's people, and whoever upper features name (the stores with stock)."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.accounts.models import UserAccount, UserGrant
from core.clock import local_day
from core.db import db, in_chunks


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who should know of a product's end, in which part, and since which day it is her task."""

    user_id: int
    product_id: int
    place: str
    since: date


Find = Callable[[Collection[int]], Iterable[Recipient]]
_sources: list[Find] = []


def reminds(find: Find) -> Find:
    """Register people to remind, by products."""
    if find not in _sources:
        _sources.append(find)
    return find


def recipients_of(product_ids: Collection[int]) -> dict[int, list[Recipient]]:
    """Everybody to tell, by product; a person who is named twice is told once, in the first part."""
    wanted = list(product_ids)
    found: dict[int, dict[int, Recipient]] = {product_id: {} for product_id in wanted}
    for some_of in in_chunks(wanted):
        for find in _sources:
            for one in find(some_of):
                found[one.product_id].setdefault(one.user_id, one)
    return {product_id: sorted(people.values(), key=lambda one: one.user_id) for product_id, people in found.items()}


@reminds
def producers_people(product_ids: Collection[int]) -> Iterable[Recipient]:
    """The accounts that hold the producer's role for the maker of each product."""
    query = (
        select(UserGrant.user_id, Product.id, Producer.code, UserGrant.granted_at)
        .join(Producer, Producer.code == UserGrant.scope_id)
        .join(Product, Product.producer_id == Producer.id)
        .join(UserAccount, UserAccount.id == UserGrant.user_id)
        .where(UserGrant.role == "producer", UserGrant.scope_type == "producer", UserGrant.revoked_at.is_(None))
        .where(UserAccount.is_active, Product.id.in_(product_ids))
    )
    for user_id, product_id, code, at in db.session.execute(query):
        yield Recipient(user_id, product_id, f"producer:{code}", local_day(at))
