"""Promises that the doctor asks about prices and requests."""

from collections.abc import Iterable

from sqlalchemy import func, select

from catalog.changes.models import EDIT, OPEN, ChangedField, ChangeRequest
from catalog.listings.models import Sku
from catalog.listings.prices import PriceChange
from core.db import db
from core.doctor import invariant


@invariant("I24", "a pack costs what the last price taken over from its history says")
def prices_follow_their_history() -> Iterable[str]:
    """Packs whose price was written past their history."""
    newest = (PriceChange.applied_at.desc(), PriceChange.starts_on.desc(), PriceChange.id.desc())
    place = func.row_number().over(partition_by=PriceChange.sku_id, order_by=newest).label("place")
    ranked = select(PriceChange.sku_id, PriceChange.to_vnd, place).where(PriceChange.applied_at.is_not(None)).subquery()
    wrong = (
        select(Sku.code)
        .join(ranked, ranked.c.sku_id == Sku.id)
        .where(ranked.c.place == 1, ranked.c.to_vnd != Sku.price_vnd)
        .order_by(Sku.code)
    )
    for code in db.session.scalars(wrong):
        yield f"pack {code}"


@invariant("I25", "a request to change a listing is open exactly while one of its fields is")
def requests_are_open_with_a_field() -> Iterable[str]:
    """Requests that no decision can reach, and closed ones that left a field behind."""
    waits = select(ChangedField.id).where(ChangedField.request_id == ChangeRequest.id, ChangedField.state == OPEN)
    is_open = ChangeRequest.state == OPEN
    wrong = select(ChangeRequest.id).where(ChangeRequest.kind == EDIT, is_open != waits.exists())
    for one in db.session.scalars(wrong.order_by(ChangeRequest.id)):
        yield f"request {one}"
