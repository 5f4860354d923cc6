"""What goes on around a booking: its steps, the waiting list, swaps of booths (migration 0045)."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk


class BookingStep(Base):
    """One line of what happened to a booking. Never changed."""

    __tablename__ = "booking_step"

    id: Mapped[Pk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    at: Mapped[Instant]
    #: ``held``, ``offered``, ``accepted``, ``declined``, ``paid``, ``moved``, ``swapped``, ``released`` …
    action: Mapped[str] = mapped_column(String(20))
    #: The booking's state after it.
    state: Mapped[str] = mapped_column(String(12))
    #: Who did it, as the trail says it.
    actor: Mapped[str] = mapped_column(String(200))
    #: Booth codes, days, đồng, reasons.
    data: Mapped[Json]


class FairWait(Base):
    """Where an application stands on the waiting list. Without a row it waits by the hour at which it was sent."""

    __tablename__ = "fair_wait"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'offered', 'passed')", name="state_known"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    #: ``waiting``; ``offered`` a booth; ``passed``: let one go, and is not offered another until somebody says so.
    state: Mapped[str] = mapped_column(String(10))
    #: Put there by the organizer, 1 first; empty: after those, by the hour of sending.
    place: Mapped[int | None]
    #: Why there: words of the organizer, read by the exhibitor too.
    reason: Mapped[str | None] = mapped_column(String(300))
    changed_at: Mapped[Instant]


class BoothSwap(Base):
    """Two exhibitors who would change booths. Done only with both consents: the database sees to it."""

    __tablename__ = "booth_swap"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done', 'refused', 'over')", name="state_known"),
        CheckConstraint(
            "state <> 'done' OR (first_agreed_at IS NOT NULL AND second_agreed_at IS NOT NULL)", name="both_agreed"
        ),
        CheckConstraint("first_id <> second_id", name="of_two"),
        CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name="ended_has_instant"),
        Index(
            "uq_booth_swap_asked", "first_id", unique=True,
            sqlite_where=text("state = 'asked'"), postgresql_where=text("state = 'asked'"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code: ``DG-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    #: Whose wish it is, or whom the organizer named first.
    first_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    second_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    #: ``asked``, ``done``, ``refused`` by either, or ``over``: too late, or no longer possible.
    state: Mapped[str] = mapped_column(String(10))
    #: Who proposed it, as the trail says it.
    asked_by: Mapped[str] = mapped_column(String(200))
    #: Words to the other.
    note: Mapped[str | None] = mapped_column(String(300))
    asked_at: Mapped[Instant]
    #: Without an answer until then it is over.
    expires_at: Mapped[Instant]
    first_agreed_at: Mapped[Instant | None]
    second_agreed_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
