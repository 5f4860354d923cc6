"""Photos of a live listing wait until a moderator has seen them: what a request says of them.

Their state belongs to `catalog.photos`; a request names them, so that they stand in one queue with the words.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from catalog.photos.models import APPROVED, ProductPhoto
from catalog.photos.queries import standing_of, waiting_of
from catalog.photos.service import approve, reject
from core.accounts.actor import Actor
from core.db import db


def find_photos(product_id: int) -> dict[str, Any]:
    """What shoppers see of a product's photos now, by code: their words; None for one that they do not see."""
    return {one.code: {"alt": one.alt} if one.state == APPROVED else None for one in standing_of(product_id)}


def waiting_photos(product_id: int) -> list[tuple[ProductPhoto, dict[str, Any]]]:
    """What waits for a moderator, with the words that are wanted."""
    return [(one, {"alt": one.wanted_alt or one.alt}) for one in waiting_of([product_id]).get(product_id, [])]


def let_photos(by: Actor, product_id: int, codes: Collection[str]) -> None:
    """Show these photos, or these words of them, from now on; one that was taken away meanwhile stays away."""
    approve(by, product_id=product_id, photo_ids=_ids(product_id, codes))


def refuse_photos(by: Actor, product_id: int, codes: Collection[str], reason: str) -> None:
    """Do not show what waits of these photos; their producer reads why."""
    waiting = {one.id for one in waiting_of([product_id]).get(product_id, [])}
    ids = waiting & set(_ids(product_id, codes))
    if ids:
        reject(by, sorted(ids), reason[:300])


def _ids(product_id: int, codes: Collection[str]) -> list[int]:
    query = select(ProductPhoto.id).where(ProductPhoto.product_id == product_id, ProductPhoto.code.in_(codes))
    return list(db.session.scalars(query.order_by(ProductPhoto.id)))
