"""Endpoints, events as they were told, and each attempt to deliver one. No secret is stored (see `secrets`)."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Instant, Json, Pk, Versioned

SCOPES = ("", "seller", "store", "producer")


class HookEndpoint(Versioned, Base):
    """Where a program listens, and to what."""

    __tablename__ = "hook_endpoint"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("scope_type IN ('', 'seller', 'store', 'producer')", name="scope_known"),
        CheckConstraint("(scope_type = '') = (scope_id = '')", name="scope_whole"),
        CheckConstraint("is_active OR disabled_because IS NOT NULL", name="disabled_with_reason"),
        CheckConstraint("generation > 0", name="generation_positive"),
        Index(None, "scope_type", "scope_id"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``WH-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    #: Whose business it hears: ``store``, ``seller``, ``producer``; '' for the admin's, who hears all.
    scope_type: Mapped[str] = mapped_column(String(10), default="")
    scope_id: Mapped[str] = mapped_column(String(80), default="")
    #: Where to, https.
    url: Mapped[str] = mapped_column(String(500))
    #: What its owner calls it.
    name: Mapped[str] = mapped_column(String(120))
    #: ``{"topics": ["order", "stock"]}``.
    wants: Mapped[Json] = mapped_column(default=dict[str, Any])
    #: Rises with each new secret.
    generation: Mapped[int] = mapped_column(default=1)
    #: Until then the secret before signs too.
    previous_until: Mapped[Instant | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    #: ``owner``, ``failing`` or ``gone``; null while it listens.
    disabled_because: Mapped[str | None] = mapped_column(String(10))
    #: Since when it has taken nothing; null after each success.
    failing_since: Mapped[Instant | None]
    #: While a thread talks to it: no other does before this instant.
    busy_until: Mapped[Instant | None]
    #: Who is told when it is switched off.
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[Instant]


class HookEvent(Base):
    """Something that happened, as it is told: the same for every endpoint and every attempt."""

    __tablename__ = "hook_event"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Pk]
    #: Its id in every delivery: ``evt_…``; a receiver that knows it has it already.
    code: Mapped[str] = mapped_column(String(40))
    #: See `rules.TYPES`.
    kind: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[Instant] = mapped_column(index=True)
    #: Small, without personal data.
    data: Mapped[Json] = mapped_column(default=dict[str, Any])


class HookDelivery(Base):
    """One event on its way to one endpoint."""

    __tablename__ = "hook_delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "endpoint_id"),
        CheckConstraint("state IN ('waiting', 'done', 'given_up')", name="state_known"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended_when_over"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_hook_delivery_due", "endpoint_id", "state", "due_at"),
    )

    id: Mapped[Pk]
    event_id: Mapped[int] = mapped_column(ForeignKey("hook_event.id"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("hook_endpoint.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Instant]
    #: What the other side answered the last time: HTTP status, and the beginning of its words.
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(Text)
    #: Asked for by hand at this instant: tried anew as if just told.
    replayed_at: Mapped[Instant | None]
    tried_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]

    event: Mapped[HookEvent] = relationship(lazy="joined", innerjoin=True)
    endpoint: Mapped[HookEndpoint] = relationship(lazy="joined", innerjoin=True)
