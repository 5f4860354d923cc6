"""Buyers at a fair, what they look for, and their meetings with exhibitors.

That nobody is booked twice is one unique index each for buyer, exhibitor and table over (…, slot) of live meetings.
That slot, table and buyer are of the same fair is held by keys over (id, fair_id).
"""

from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned
from shop.meetings.rules import LIVE, BuyerState, MeetingState, Outcome, Side

#: What a key over two columns points at.
_Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def _one_each(name: str, *columns: str, states: Iterable[str] = LIVE) -> Index:
    condition = text(_among("state", states))
    options: dict[str, Any] = {"sqlite_where": condition, "postgresql_where": condition}
    return Index(f"uq_meeting_{name}", *columns, unique=True, **options)


class MeetingPlan(Versioned, Base):
    """How a fair brings buyers and exhibitors together: until when buyers register, how long a meeting is, where."""

    __tablename__ = "meeting_plan"
    __table_args__ = (
        CheckConstraint("slot_minutes BETWEEN 10 AND 120", name="slot_length"),
        CheckConstraint("most_each BETWEEN 1 AND 50", name="most_each_in_reason"),
        CheckConstraint("starts_time < ends_time", name="hours_ordered"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), unique=True)
    #: Whether the public page takes buyers now.
    is_open: Mapped[bool]
    #: Last day on which buyers register.
    register_until: Mapped[date]
    #: Where the tables stand: "Sảnh B, tầng 1".
    place: Mapped[str] = mapped_column(String(200))
    #: Hours of each day, by the clock of Việt Nam, and the pause within them.
    starts_time: Mapped[time]
    ends_time: Mapped[time]
    pause_from: Mapped[time | None]
    pause_until: Mapped[time | None]
    slot_minutes: Mapped[int]
    #: Meetings that one buyer is proposed at most when the organizer has them arranged.
    most_each: Mapped[int]


class MeetingTable(Base):
    """A table at which one meeting at a time takes place."""

    __tablename__ = "meeting_table"
    __table_args__ = (UniqueConstraint("fair_id", "number"), UniqueConstraint("id", "fair_id"))

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    number: Mapped[int]


class MeetingSlot(Base):
    """A time at which meetings take place. Slots of one fair never overlap."""

    __tablename__ = "meeting_slot"
    __table_args__ = (
        UniqueConstraint("fair_id", "starts_at"),
        UniqueConstraint("id", "fair_id"),
        CheckConstraint("starts_at < ends_at", name="has_length"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]


class Buyer(Versioned, Base):
    """A company that comes to the fair to buy. Its person is forgotten a year after the fair."""

    __tablename__ = "buyer"
    __table_args__ = (
        CheckConstraint(_among("state", BuyerState), name="state_known"),
        CheckConstraint("state = 'asked' OR decided_at IS NOT NULL", name="decided_has_instant"),
        UniqueConstraint("id", "fair_id"),
        Index(
            "uq_buyer_phone", "fair_id", "phone", unique=True,
            sqlite_where=text("state <> 'withdrawn'"), postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_buyer_fair_id", "fair_id", "state"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code: ``NM-7K3M9QXT``; with a signature of this machine it is the address of the buyer's own page.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    company: Mapped[str] = mapped_column(String(200))
    tax_code: Mapped[str | None] = mapped_column(String(14))
    #: One of ``rules.KINDS``.
    kind: Mapped[str] = mapped_column(String(12))
    #: Where it is: "Hà Nội".
    place: Mapped[str] = mapped_column(String(120))
    #: The person who comes; all three are emptied a year after the fair.
    contact_name: Mapped[str | None] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    words: Mapped[str] = mapped_column(String(1000), default="")
    #: One of ``BuyerState``.
    state: Mapped[str] = mapped_column(String(10))
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    #: Which wording of the consent was agreed to.
    consent: Mapped[str] = mapped_column(String(20))
    registered_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]

    needs: Mapped[list["BuyerNeed"]] = relationship(order_by="BuyerNeed.position", cascade="all, delete-orphan")


class BuyerNeed(Base):
    """One line of what a buyer looks for."""

    __tablename__ = "buyer_need"
    __table_args__ = (
        UniqueConstraint("buyer_id", "position"),
        CheckConstraint("set_no IS NULL OR set_no BETWEEN 1 AND 26", name="set_known"),
        CheckConstraint("set_no IS NOT NULL OR group_no IS NOT NULL OR wanted <> ''", name="says_something"),
        CheckConstraint("quantity IS NULL OR quantity > 0", name="quantity_positive"),
        CheckConstraint("price_vnd IS NULL OR price_vnd > 0", name="price_positive"),
        CheckConstraint("stars_min BETWEEN 3 AND 5", name="stars_known"),
    )

    id: Mapped[Pk]
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"))
    position: Mapped[int]
    #: Number of a product set (1 to 26), or a whole group (I to VI).
    set_no: Mapped[int | None]
    group_no: Mapped[str | None] = mapped_column(String(4))
    #: In the buyer's words: "mật ong hoa nhãn đóng chai".
    wanted: Mapped[str] = mapped_column(String(200), default="")
    quantity: Mapped[int | None]
    unit: Mapped[str] = mapped_column(String(20), default="")
    #: ``once``, ``month`` or ``year``.
    period: Mapped[str] = mapped_column(String(6), default="once")
    #: The most that is paid for a piece or a kilogram.
    price_vnd: Mapped[Dong | None]
    stars_min: Mapped[int] = mapped_column(default=3)


class Meeting(Versioned, Base):
    """A buyer and an exhibitor at a table in a slot."""

    __tablename__ = "meeting"
    __table_args__ = (
        _one_each("buyer", "slot_id", "buyer_id"),
        _one_each("exhibitor", "slot_id", "producer_id"),
        _one_each("table", "slot_id", "table_id"),
        _one_each("pair", "buyer_id", "producer_id", states=(MeetingState.BOOKED,)),
        ForeignKeyConstraint(
            ["slot_id", "fair_id"], ["meeting_slot.id", "meeting_slot.fair_id"], name="fk_meeting_slot"
        ),
        ForeignKeyConstraint(
            ["table_id", "fair_id"], ["meeting_table.id", "meeting_table.fair_id"], name="fk_meeting_table"
        ),
        ForeignKeyConstraint(["buyer_id", "fair_id"], ["buyer.id", "buyer.fair_id"], name="fk_meeting_buyer"),
        CheckConstraint(_among("state", MeetingState), name="state_known"),
        CheckConstraint(_among("asked_by", Side), name="asked_by_known"),
        CheckConstraint("(state = 'cancelled') = (ended_at IS NOT NULL)", name="cancelled_has_instant"),
        CheckConstraint("state <> 'cancelled' OR reason <> ''", name="cancelled_with_reason"),
        CheckConstraint(
            f"outcome IS NULL OR ({_among('outcome', Outcome)} AND state = 'held')", name="outcome_of_held"
        ),
        CheckConstraint("(state IN ('held', 'missed')) = (recorded_at IS NOT NULL)", name="recorded_whole"),
        CheckConstraint("expected_vnd >= 0", name="expected_not_negative"),
        Index("ix_meeting_fair_id", "fair_id", "state"),
        Index("ix_meeting_producer_id", "producer_id"),
    )

    id: Mapped[Pk]
    #: Public code: ``GG-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    buyer_id: Mapped[_Key]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    slot_id: Mapped[_Key]
    table_id: Mapped[_Key]
    #: ``booked``, ``held``, ``missed`` or ``cancelled``.
    state: Mapped[str] = mapped_column(String(10))
    #: Whose wish it was: ``buyer``, ``exhibitor`` or ``organizer``.
    asked_by: Mapped[str] = mapped_column(String(10))
    booked_at: Mapped[Instant]
    #: When it was called off, by which side, and why.
    ended_at: Mapped[Instant | None]
    ended_by: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), default="")
    #: What came of it: ``none``, ``contact``, ``memorandum`` or ``contract``.
    outcome: Mapped[str | None] = mapped_column(String(12))
    #: What both expect to trade in a year.
    expected_vnd: Mapped[Dong] = mapped_column(default=0)
    result_words: Mapped[str] = mapped_column(String(1000), default="")
    recorded_at: Mapped[Instant | None]
    recorded_by: Mapped[str | None] = mapped_column(String(200))
