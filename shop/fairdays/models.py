"""Badges, scans at the gate, who came on which day, incidents, stalls that sell, slots at the loading gate, what a
booth needs.

Guards are in the database: a badge's number is one of its booth's and live once; a scan's id is taken once and what was
scanned never changes; a booking comes once a day; a seat of a slot is one booth's, and a booth has one seat each way.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned
from shop.fairdays.rules import MOST_BADGES, Direction, IncidentKind, IncidentState, Outcome, Settled


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class FairBadge(Base):
    """One person's badge of one booking. Its code is the QR's and never given again."""

    __tablename__ = "fair_badge"
    __table_args__ = (
        CheckConstraint(f"number BETWEEN 1 AND {MOST_BADGES}", name="number_within_booth"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_whole"),
        Index(
            "uq_fair_badge_live", "booking_id", "number", unique=True,
            sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: ``TD-7K3M9QXT1234``: printed, in the QR, typed by hand.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    #: The first, second … badge of the booth.
    number: Mapped[int]
    #: Whom it is for; empty: written on by hand.
    name: Mapped[str] = mapped_column(String(80), default="")
    #: "Chủ cơ sở", "Bán hàng".
    title: Mapped[str] = mapped_column(String(60), default="")
    issued_at: Mapped[Instant]
    issued_by: Mapped[str] = mapped_column(String(120))
    revoked_at: Mapped[Instant | None]
    revoked_by: Mapped[str | None] = mapped_column(String(120))


class FairScan(Base):
    """One reading of a code at the gate, with what was answered. Only a conflict is decided later, once."""

    __tablename__ = "fair_scan"
    __table_args__ = (
        CheckConstraint(_among("outcome", Outcome), name="outcome_known"),
        CheckConstraint("(outcome IN ('accepted', 'repeated')) = (reason = '')", name="reason_when_not_in"),
        CheckConstraint("settled IS NULL OR outcome = 'conflict'", name="settles_conflicts"),
        CheckConstraint(f"settled IS NULL OR {_among('settled', Settled)}", name="settled_known"),
        CheckConstraint(
            "(settled IS NULL) = (settled_at IS NULL) AND (settled IS NULL) = (settled_by IS NULL)",
            name="settled_whole",
        ),
        CheckConstraint("settled <> 'counted' OR booking_id IS NOT NULL", name="counts_for_somebody"),
        Index("ix_fair_scan_fair_received", "fair_id", "received_at"),
        Index(
            "ix_fair_scan_open", "fair_id",
            sqlite_where=text("outcome = 'conflict' AND settled IS NULL"),
            postgresql_where=text("outcome = 'conflict' AND settled IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: The phone's own id of it: sent twice, it is one.
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    badge_id: Mapped[int | None] = mapped_column(ForeignKey("fair_badge.id"), index=True)
    #: What was read, as it was read.
    scanned: Mapped[str] = mapped_column(String(300))
    #: The phone's clock, and the day by it on which it is judged.
    scanned_at: Mapped[Instant]
    day: Mapped[date]
    received_at: Mapped[Instant]
    is_offline: Mapped[bool]
    #: See `rules.Outcome` and `rules.Trouble`.
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(12), default="")
    #: SHA-256 of what was sent, and the answer to it: the same id gets the same answer.
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[Json]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_label: Mapped[str] = mapped_column(String(120))
    settled: Mapped[str | None] = mapped_column(String(8))
    settled_at: Mapped[Instant | None]
    settled_by: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(300), default="")


class BoothVisit(Base):
    """A booking's exhibitor was there on a day: what the live board, the report and attendance count."""

    __tablename__ = "booth_visit"
    __table_args__ = (UniqueConstraint("booking_id", "day"),)

    id: Mapped[Pk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    day: Mapped[date] = mapped_column(index=True)
    #: When she came, by the phone's clock.
    came_at: Mapped[Instant]
    scan_id: Mapped[int] = mapped_column(ForeignKey("fair_scan.id"))


class FairIncident(Versioned, Base):
    """Something that went wrong at a fair, and what was done about it."""

    __tablename__ = "fair_incident"
    __table_args__ = (
        CheckConstraint(_among("kind", IncidentKind), name="kind_known"),
        CheckConstraint(_among("state", IncidentState), name="state_known"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_has_instant"),
        CheckConstraint("state <> 'closed' OR outcome <> ''", name="closed_with_words"),
        Index("ix_fair_incident_fair_state", "fair_id", "state"),
    )

    id: Mapped[Pk]
    #: ``SC-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    booth_id: Mapped[int | None] = mapped_column(ForeignKey("booth.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    #: What happened.
    words: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(8), default=IncidentState.OPEN)
    #: Who takes care of it.
    assigned_to: Mapped[str] = mapped_column(String(120), default="")
    #: What was done, once closed.
    outcome: Mapped[str] = mapped_column(String(500), default="")
    opened_at: Mapped[Instant]
    opened_by: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[Instant | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    #: Key of what the shop itself noticed, so that it writes it down once.
    occasion: Mapped[str | None] = mapped_column(String(120), unique=True)


class FairStall(Base):
    """A temporary store of a fair: the common till (no booking), or one exhibitor's booth."""

    __tablename__ = "fair_stall"
    __table_args__ = (
        Index(
            "uq_fair_stall_common", "fair_id", unique=True,
            sqlite_where=text("booking_id IS NULL"), postgresql_where=text("booking_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), unique=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    opened_at: Mapped[Instant]
    opened_by: Mapped[str] = mapped_column(String(120))


class LoadSlot(Base):
    """Minutes at a loading gate before (in) or after (out) the fair, for as many vehicles as it has seats."""

    __tablename__ = "load_slot"
    __table_args__ = (
        CheckConstraint(_among("direction", Direction), name="direction_known"),
        CheckConstraint("starts_at < ends_at", name="instants_in_order"),
        UniqueConstraint("fair_id", "direction", "gate", "starts_at"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    direction: Mapped[str] = mapped_column(String(3))
    #: "Cửa B".
    gate: Mapped[str] = mapped_column(String(60))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]


class LoadSeat(Base):
    """Room for one vehicle in a slot. It is there before it is taken, so that a slot never holds more than it can."""

    __tablename__ = "load_seat"
    __table_args__ = (
        CheckConstraint(_among("direction", Direction), name="direction_known"),
        CheckConstraint("(booking_id IS NULL) = (taken_at IS NULL)", name="taken_whole"),
        UniqueConstraint("slot_id", "number"),
        UniqueConstraint("booking_id", "direction"),
    )

    id: Mapped[Pk]
    slot_id: Mapped[int] = mapped_column(ForeignKey("load_slot.id"))
    number: Mapped[int]
    #: As its slot's: one seat each way for a booking.
    direction: Mapped[str] = mapped_column(String(3))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    #: Number plate, and whom to call at the gate.
    plate: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    taken_at: Mapped[Instant | None]


class BoothNeed(Versioned, Base):
    """What contractors build for a booking: the name over the booth, electricity, furniture."""

    __tablename__ = "booth_need"
    __table_args__ = (
        CheckConstraint("power_w BETWEEN 0 AND 50000", name="power_possible"),
        CheckConstraint(
            "tables BETWEEN 0 AND 50 AND chairs BETWEEN 0 AND 100 AND shelves BETWEEN 0 AND 50"
            " AND fridges BETWEEN 0 AND 20",
            name="furniture_possible",
        ),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    #: As it stands over the booth.
    fascia: Mapped[str] = mapped_column(String(60))
    #: Watts of all that is plugged in, and whether it must not go out at night (cold goods).
    power_w: Mapped[int]
    needs_night_power: Mapped[bool]
    tables: Mapped[int]
    chairs: Mapped[int]
    shelves: Mapped[int]
    fridges: Mapped[int]
    note: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[Instant]
    changed_by: Mapped[str] = mapped_column(String(120))
