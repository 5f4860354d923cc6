"""Stocktakes: what is to be counted, what each person entered, and what became of it.

Entries are append-only, and lines stay as they are once their stocktake has ended (triggers of migration 0033).
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned
from shop.counts.rules import Mode, Part, State
from shop.stores.models import Store

_STATES = "(" + ", ".join(f"'{one}'" for one in State) + ")"
_PARTS = "(" + ", ".join(f"'{one}'" for one in Part) + ")"
_MODES = "(" + ", ".join(f"'{one}'" for one in Mode) + ")"


class Stocktake(Versioned, Base):
    """One counting (kiểm kê) of a store or a part of it."""

    __tablename__ = "stocktake"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint(f"part IN {_PARTS}", name="part_known"),
        CheckConstraint("place IS NULL OR place IN ('shelf', 'back')", name="place_known"),
        CheckConstraint("(part = 'producer') = (producer_id IS NOT NULL)", name="producer_named"),
        CheckConstraint("(part = 'group') = (group_code IS NOT NULL)", name="group_named"),
        CheckConstraint("round > 0", name="round_positive"),
        CheckConstraint("(state IN ('approved', 'dropped')) = (ended_at IS NOT NULL)", name="ended_when_over"),
        CheckConstraint("(state = 'approved') = (value_vnd IS NOT NULL)", name="valued_when_approved"),
        CheckConstraint("(value_vnd IS NULL) = (limit_vnd IS NULL)", name="limit_with_value"),
        CheckConstraint("value_vnd <= limit_vnd OR ended_by_id <> opened_by_id", name="two_persons_above_limit"),
        Index("ix_stocktake_store_id_state", "store_id", "state"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``KK-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: See `rules.Part`.
    part: Mapped[str] = mapped_column(String(10))
    #: ``shelf`` or ``back``; null for both.
    place: Mapped[str | None] = mapped_column(String(10))
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"))
    #: Roman number of the group of products.
    group_code: Mapped[str | None] = mapped_column(String(4))
    #: 1 while it is counted for the first time, 2 and more while what differed is counted again.
    round: Mapped[int] = mapped_column(default=1)
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    #: Words of whoever opened it.
    note: Mapped[str | None] = mapped_column(String(300))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    opened_by: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[Instant]
    #: Who closed the last round, and when.
    closed_by: Mapped[str | None] = mapped_column(String(120))
    closed_at: Mapped[Instant | None]
    #: Who approved or dropped it.
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_by: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[Instant | None]
    #: What all differences together are worth at selling prices, more and less alike; null until approved.
    value_vnd: Mapped[Dong | None]
    #: Above this another person had to approve it.
    limit_vnd: Mapped[Dong | None]

    store: Mapped[Store] = relationship()


class StocktakeLine(Base):
    """One level (a lot at a place) that is counted."""

    __tablename__ = "stocktake_line"
    __table_args__ = (
        UniqueConstraint("stocktake_id", "position"),
        UniqueConstraint("stocktake_id", "level_id"),
        #: A level stands in one open stocktake, or its difference would be booked twice.
        Index(
            "uq_stocktake_line_live", "level_id", unique=True, sqlite_where=text("is_live"),
            postgresql_where=text("is_live"),
        ),
        CheckConstraint("counted >= 0", name="counted_not_negative"),
        CheckConstraint(
            "(counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counted_at IS NULL)"
            " AND (counted IS NULL) = (counted_round IS NULL)",
            name="counted_whole",
        ),
        CheckConstraint("counted_round <= round", name="counted_in_a_round"),
        CheckConstraint("delta IS NULL OR counted IS NOT NULL", name="only_what_was_counted_moves"),
    )  # fmt: skip

    id: Mapped[Pk]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    #: 1, 2, 3 …
    position: Mapped[int]
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"))
    #: False once its stocktake has ended.
    is_live: Mapped[bool] = mapped_column(default=True)
    #: The books knew of none there when the stocktake was opened.
    is_found: Mapped[bool] = mapped_column(default=False)
    #: The last round in which it was asked for.
    round: Mapped[int] = mapped_column(default=1)
    #: The round whose entries the figures below come from; null: nobody has counted it.
    counted_round: Mapped[int | None]
    #: Units that were found.
    counted: Mapped[int | None]
    #: Units in the ledger at the instant of counting.
    expected: Mapped[int | None]
    #: The last instant at which it was counted, and by whom.
    counted_at: Mapped[Instant | None]
    counted_by: Mapped[str | None] = mapped_column(String(120))
    #: Goods moved between two entries of the round.
    is_moved: Mapped[bool] = mapped_column(default=False)
    #: The units that the approval moved, 0 for none; null: not counted, or left as the books have it.
    delta: Mapped[int | None]
    #: Selling price of a piece, or of a kilogram, at the approval.
    price_vnd: Mapped[Dong | None]

    stocktake: Mapped[Stocktake] = relationship()


class StocktakeEntry(Base):
    """What one person counted of one line at one instant. Append-only."""

    __tablename__ = "stocktake_entry"
    __table_args__ = (
        UniqueConstraint("uuid"),
        CheckConstraint(f"mode IN {_MODES}", name="mode_known"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    id: Mapped[Pk]
    #: Made by the phone: the same entry sent again is the same entry.
    uuid: Mapped[str] = mapped_column(String(36))
    line_id: Mapped[int] = mapped_column(ForeignKey("stocktake_line.id"), index=True)
    round: Mapped[int]
    #: See `rules.Mode`.
    mode: Mapped[str] = mapped_column(String(8))
    #: Units.
    quantity: Mapped[int]
    #: Units in the ledger at `counted_at`.
    expected: Mapped[int]
    #: When it was counted, by our clock.
    counted_at: Mapped[Instant]
    #: When it reached us.
    received_at: Mapped[Instant]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counted_by: Mapped[str] = mapped_column(String(120))


class LevelCounted(Base):
    """When a level was last counted, which is not when it last changed."""

    __tablename__ = "level_counted"

    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"), primary_key=True, autoincrement=False)
    #: When somebody last counted it, in a stocktake that was approved.
    counted_at: Mapped[Instant]
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))


class StocktakeLimit(Versioned, Base):
    """What a store's differences may be worth before another person must approve them."""

    __tablename__ = "stocktake_limit"
    __table_args__ = (CheckConstraint("limit_vnd >= 0", name="limit_not_negative"),)

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True, autoincrement=False)
    limit_vnd: Mapped[Dong]
