"""Lots that one store sells for less at its till, because their day comes near.

It stands beside the stock and not in the catalog: the price of the pack stays what it is everywhere else, online and
for fresher lots. A till takes the difference off the line of a scanned lot, and nobody has to approve it.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, or_, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Pk, db
from shop.inventory.models import Lot

_STANDING = text("ended_at IS NULL")
_BLIND = {"synchronize_session": False}


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


def lots_off(store_id: int, on: date) -> dict[str, int]:
    """Lots that a store sells for less on a day, by the code on their label: đồng for a piece or a kilogram."""
    query = (
        select(Lot.code, LotMarkdown.price_vnd)
        .join(LotMarkdown, LotMarkdown.lot_id == Lot.id)
        .where(LotMarkdown.store_id == store_id, LotMarkdown.ended_at.is_(None))
        .where(or_(LotMarkdown.until_on.is_(None), LotMarkdown.until_on >= on))
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def tell_tills(lot_id: int) -> None:
    """Let the feed know that something of a lot is new (its triggers watch `lot`): the tills' lists follow it."""
    db.session.execute(update(Lot).where(Lot.id == lot_id).values(state=Lot.state), execution_options=_BLIND)
