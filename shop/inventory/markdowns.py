"""Lots that one store sells for less at its till, because their day comes near.

It stands beside the stock and not in the catalog: the price of the pack stays what it is everywhere else, online and
for fresher lots. Whoever sells a lot asks `prices_of_lots` for the day of the sale.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Pk, db

_STANDING = text("ended_at IS NULL")


class LotMarkdown(Base):
    """One lot at a lower price in one store."""

    __tablename__ = "lot_markdown"
    __table_args__ = (
        CheckConstraint("price_vnd >= 1 AND price_vnd < was_vnd", name="is_less"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_whole"),
        Index(
            "uq_lot_markdown_standing", "store_id", "lot_id", unique=True, sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    #: Price of the pack when it was marked down: of a piece, or of a kilogram.
    was_vnd: Mapped[Dong]
    #: What the lot costs instead.
    price_vnd: Mapped[Dong]
    #: The last day of it, the lot's HSD; null where the lot has none.
    until_on: Mapped[date | None]
    #: Consigned goods: who of the producer agreed, since her share falls with the price; '' for bought goods.
    agreed_with: Mapped[str] = mapped_column(String(200), default="")
    by_label: Mapped[str] = mapped_column(String(200))
    at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))


def prices_of_lots(store_id: int, on: date, lot_ids: Collection[int] | None = None) -> dict[int, int]:
    """Lower prices of lots in a store on a day, in đồng a piece or kilogram, by lot id (None: of all its lots)."""
    counts = LotMarkdown.store_id == store_id, LotMarkdown.ended_at.is_(None)
    query = select(LotMarkdown.lot_id, LotMarkdown.price_vnd).where(
        *counts, or_(LotMarkdown.until_on.is_(None), LotMarkdown.until_on >= on)
    )
    if lot_ids is not None:
        query = query.where(LotMarkdown.lot_id.in_(lot_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
