"""What we know of the card provider: its pages, what it told us, and what a person must look at.

Nothing here decides about money: a signal only makes us look at the provider again, and the payment decides.
"""

from typing import Any

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk


class CardSession(Base):
    """One page of the provider's on which one payment can be paid. Written before the provider is asked."""

    __tablename__ = "card_session"
    __table_args__ = (
        UniqueConstraint("reference", "attempt"),
        UniqueConstraint("session_id"),
        UniqueConstraint("intent_id"),
        CheckConstraint("attempt >= 1 AND captures >= 0", name="counts"),
    )

    id: Mapped[Pk]
    #: The payment's reference, such as `ord:DH-7K3M9QXT`.
    reference: Mapped[str] = mapped_column(Text)
    #: 1, 2, 3 … : a further one is asked for only when the earlier can be paid no more.
    attempt: Mapped[int]
    #: The provider's id; null until its answer was stored.
    session_id: Mapped[str | None] = mapped_column(String(120))
    #: Where the buyer pays.
    url: Mapped[str | None] = mapped_column(Text)
    #: The provider's id of the money, once somebody has tried to pay.
    intent_id: Mapped[str | None] = mapped_column(String(120))
    #: It can be paid no more.
    is_over: Mapped[bool] = mapped_column(default=False)
    #: Captures that the provider answered with an error of its own: each gets a key of its own.
    captures: Mapped[int] = mapped_column(default=0)
    #: When the provider was first asked: what is sent is derived from it, so that a repeat sends the same.
    asked_at: Mapped[Instant]
    #: When we last looked at it.
    looked_at: Mapped[Instant | None]


class CardRefund(Base):
    """Tries to give money back by card: how often the provider said a final no under the present key."""

    __tablename__ = "card_refund"
    __table_args__ = (CheckConstraint("refusals >= 0", name="counts"),)

    #: The refund's code.
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    refusals: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[Instant]


class CardSignal(Base):
    """One event of the provider's, stored once however often it comes. It keeps no personal data."""

    __tablename__ = "card_signal"
    __table_args__ = (
        UniqueConstraint("event_id"),
        CheckConstraint("source IN ('webhook', 'list')", name="source_known"),
        CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done_with_outcome"),
    )

    id: Mapped[Pk]
    #: The provider's id of the event: `evt_…`.
    event_id: Mapped[str] = mapped_column(String(120))
    #: The provider's word, such as `checkout.session.completed`.
    kind: Mapped[str] = mapped_column(String(80))
    #: The payment it names; null when it names none of ours.
    reference: Mapped[str | None] = mapped_column(Text)
    #: The provider's id of the money that it is about.
    intent_id: Mapped[str | None] = mapped_column(String(120))
    #: How it came: `webhook`, or `list` when we found it ourselves.
    source: Mapped[str] = mapped_column(String(10))
    #: By the provider's clock.
    happened_at: Mapped[Instant]
    received_at: Mapped[Instant] = mapped_column(index=True)
    #: When it was dealt with, and how: `settled`, `foreign`.
    done_at: Mapped[Instant | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(20))


class CardAlarm(Base):
    """Something about cards that no program may decide: a person looks at it and clears it."""

    __tablename__ = "card_alarm"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name="cleared_by_whom"),
    )

    id: Mapped[Pk]
    #: See `words.ALARMS`.
    kind: Mapped[str] = mapped_column(String(30))
    #: What it is about, by the provider's id: the same thing alarms once.
    subject: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str | None] = mapped_column(Text)
    #: What was expected and what was found.
    data: Mapped[Json] = mapped_column(default=dict[str, Any])
    raised_at: Mapped[Instant]
    cleared_at: Mapped[Instant | None] = mapped_column(index=True)
    #: Who looked at it, as printed then.
    cleared_by: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(500))
