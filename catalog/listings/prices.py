"""Prices by date: what a pack costs on a day, what it cost before, and what is planned.

`sku.price_vnd` holds the price that the last tidying left; a planned change that has begun counts from 00:00 of its
day in Việt Nam whether or not anything has run since (`price_on`). Every door asks here, with the day of its decision.
A change is never rewritten and never deleted (triggers of migration 0018).
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, and_, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.listings.models import Sku
from core.accounts.actor import Actor
from core.clock import local_day
from core.db import Base, Dong, Instant, Pk, db, in_chunks

_STANDING = text("applied_at IS NULL AND cancelled_at IS NULL")


class PriceChange(Base):
    """One change of a pack's price: made at once, or planned for a day."""

    __tablename__ = "price_change"
    __table_args__ = (
        CheckConstraint("to_vnd >= 1 AND (from_vnd IS NULL OR from_vnd >= 1)", name="price_positive"),
        CheckConstraint("applied_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_label IS NULL)", name="cancelling_whole"),
        Index(None, "sku_id", "starts_on"),
        Index(
            "uq_price_change_planned", "sku_id", "starts_on", unique=True, sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    #: Price before it, in đồng: as it stood when it was noted, and once it is applied as it stood then.
    #: Empty for a pack's first price.
    from_vnd: Mapped[Dong | None]
    #: Price from `starts_on`: of one piece, or of one kilogram when the pack is counted in grams.
    to_vnd: Mapped[Dong]
    #: The first day of the price, from 00:00 in Việt Nam; for one made at once the day on which it was.
    starts_on: Mapped[date]
    #: Why, in its maker's words; may be empty.
    reason: Mapped[str] = mapped_column(String(300), default="")
    noted_at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_label: Mapped[str] = mapped_column(String(200))
    #: The producer for whom somebody else acted.
    on_behalf_of: Mapped[str | None] = mapped_column(String(200))
    #: When `sku.price_vnd` took it over: at once, or when the worker tidied up. The price counts without it.
    applied_at: Mapped[Instant | None]
    cancelled_at: Mapped[Instant | None]
    cancelled_label: Mapped[str | None] = mapped_column(String(200))


class Planned(NamedTuple):
    """A price from the beginning of a day on."""

    starts_on: date
    price_vnd: int


#: Changes that `sku.price_vnd` does not know of yet: planned ones, and begun ones that nobody has tidied up.
STANDING = and_(PriceChange.applied_at.is_(None), PriceChange.cancelled_at.is_(None))


def price_on(day: Any) -> ColumnElement[int]:
    """What the statement's `sku` costs on a day (a date or a bound parameter), in đồng."""
    begun = (
        select(PriceChange.to_vnd)
        .where(PriceChange.sku_id == Sku.id, STANDING, PriceChange.starts_on <= day)
        .order_by(PriceChange.starts_on.desc())
        .limit(1)
        .correlate(Sku)
        .scalar_subquery()
    )
    return func.coalesce(begun, Sku.price_vnd)


def prices_on(sku_ids: Collection[int], day: date) -> dict[int, int]:
    """What each of these packs costs on a day, in đồng."""
    found: dict[int, int] = {}
    for chunk in in_chunks(sku_ids):
        rows = db.session.execute(select(Sku.id, price_on(day)).where(Sku.id.in_(chunk)))
        found |= {row[0]: row[1] for row in rows}
    return found


def planned_prices(sku_ids: Collection[int] | None = None) -> dict[int, list[Planned]]:
    """Prices that `sku.price_vnd` does not hold yet, by pack, the first day first; None: of all packs.

    On a day the last of them that has begun counts, and `sku.price_vnd` where none has.
    """
    query = select(PriceChange.sku_id, PriceChange.starts_on, PriceChange.to_vnd).where(STANDING)
    query = query.order_by(PriceChange.sku_id, PriceChange.starts_on)
    asked = [query] if sku_ids is None else [query.where(PriceChange.sku_id.in_(one)) for one in in_chunks(sku_ids)]
    found: dict[int, list[Planned]] = defaultdict(list)
    for statement in asked:
        for sku_id, starts_on, price in db.session.execute(statement):
            found[sku_id].append(Planned(starts_on, price))
    return dict(found)


def settle(sku: Sku, on: date, at: datetime) -> int:
    """Take prices that have begun by a day over into the row; answers how many. Inside a transaction."""
    begun = select(PriceChange).where(PriceChange.sku_id == sku.id, STANDING, PriceChange.starts_on <= on)
    rows = db.session.scalars(begun.order_by(PriceChange.starts_on)).all()
    for one in rows:
        one.from_vnd, one.applied_at = sku.price_vnd, at
        sku.price_vnd = one.to_vnd
    db.session.flush()
    return len(rows)


def note_price(by: Actor, sku: Sku, before: int | None, at: datetime, reason: str = "") -> PriceChange:
    """Keep that the row's price is from now on what stands in it. Inside a transaction."""
    one = PriceChange(
        sku_id=sku.id, from_vnd=before, to_vnd=sku.price_vnd, starts_on=local_day(at), reason=reason, noted_at=at,
        by_id=by.user_id, by_label=by.label, on_behalf_of=by.on_behalf_of, applied_at=at,
    )  # fmt: skip
    db.session.add(one)
    return one


def reprice_now(by: Actor, sku: Sku, price_vnd: int, at: datetime, reason: str = "") -> PriceChange | None:
    """Set the price of a pack from this instant on, and keep its history; None when it is the price already.

    What was planned for an earlier moment is taken over first, so that it is not found to be newer than this.
    """
    settle(sku, local_day(at), at)
    if sku.price_vnd == price_vnd:
        return None
    before, sku.price_vnd = sku.price_vnd, price_vnd
    db.session.flush()
    return note_price(by, sku, before, at, reason)
