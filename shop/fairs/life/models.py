"""Postponements of fairs: from which days to which, and what each holder of a booth chose (migration 0041)."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk


class Choice(StrEnum):
    """What a holder makes of a postponement. Who says nothing by the deadline stays."""

    OPEN = "open"  #: not yet said
    STAYS = "stays"
    LEAVES = "leaves"  #: everything that was paid goes back
    REPLACED = "replaced"  #: the fair was moved again before she said anything
    ENDED = "ended"  #: the booking ended otherwise, or the deadline passed and she stays


class FairMove(Base):
    """One postponement of a fair. Never changed."""

    __tablename__ = "fair_move"
    __table_args__ = (
        CheckConstraint("opens_on <= closes_on", name="days_ordered"),
        CheckConstraint("choose_by < opens_on", name="chosen_before_opening"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    #: The days before it.
    was_opens_on: Mapped[date]
    was_closes_on: Mapped[date]
    #: The days after it.
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    #: What the holders are told.
    because: Mapped[str] = mapped_column(String(500))
    #: The last day on which a holder may leave with everything back.
    choose_by: Mapped[date]
    moved_at: Mapped[Instant]
    #: Who did it, as the trail says it.
    moved_by: Mapped[str] = mapped_column(String(200))


class FairMoveChoice(Base):
    """One holder's choice about one postponement."""

    __tablename__ = "fair_move_choice"
    __table_args__ = (
        UniqueConstraint("move_id", "booking_id"),
        CheckConstraint("state IN ('open', 'stays', 'leaves', 'replaced', 'ended')", name="state_known"),
        CheckConstraint("state NOT IN ('stays', 'leaves') OR chosen_at IS NOT NULL", name="has_instant"),
    )

    id: Mapped[Pk]
    move_id: Mapped[int] = mapped_column(ForeignKey("fair_move.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    #: One of `Choice`.
    state: Mapped[str] = mapped_column(String(10))
    #: Days that moved with a covering certificate, that wait for one, and that the shorter fair no longer has.
    days_kept: Mapped[int]
    days_waiting: Mapped[int]
    days_dropped: Mapped[int]
    chosen_at: Mapped[Instant | None]
    chosen_by: Mapped[str | None] = mapped_column(String(200))
