"""Requests about personal data, and the links that let a guest see hers. Who asked is forgotten with the answer."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned


class PrivacyRequest(Versioned, Base):
    """One request, with its due day."""

    __tablename__ = "privacy_request"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("wish IN ('access', 'correct', 'erase')", name="wish_known"),
        CheckConstraint("state IN ('open', 'done', 'refused', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_when_closed"),
        CheckConstraint("state = 'open' OR (contact IS NULL AND words IS NULL)", name="forgotten_when_closed"),
        CheckConstraint("state <> 'open' OR contact IS NOT NULL OR user_id IS NOT NULL", name="of_somebody"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``DL-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    wish: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    #: The account that asks; null for a guest.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: The guest's phone (E.164) or e-mail; emptied with the answer.
    contact: Mapped[str | None] = mapped_column(String(254), index=True)
    #: The same, masked: what the desk's list shows.
    shown: Mapped[str] = mapped_column(String(254))
    #: The order by whose number a guest asked.
    number: Mapped[str | None] = mapped_column(String(20))
    #: What is to be corrected, in her words; emptied with the answer.
    words: Mapped[str | None] = mapped_column(Text)
    #: An erasure that leaves what is still needed.
    is_partial: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[Instant]
    #: Local day; two working days after the request.
    due_on: Mapped[date]
    ended_at: Mapped[Instant | None]
    #: Who answered: a member of staff, or the system.
    ended_by: Mapped[str | None] = mapped_column(String(120))
    #: Why it was refused, or what was done.
    answer: Mapped[str | None] = mapped_column(String(500))
    #: How many rows of which kind were changed; never what stood in them.
    counts: Mapped[Json] = mapped_column(default=dict[str, Any])


class PrivacyLink(Base):
    """A guest's way to her data: sent to a contact of hers, opened once, valid for a short visit."""

    __tablename__ = "privacy_link"
    __table_args__ = (UniqueConstraint("digest"),)

    id: Mapped[Pk]
    #: SHA-256 of the token in the address.
    digest: Mapped[str] = mapped_column(String(64))
    #: The phone or e-mail it was sent to: what it proves.
    contact: Mapped[str] = mapped_column(String(254), index=True)
    issued_at: Mapped[Instant]
    #: End of the time in which it can be opened, then of the visit.
    expires_at: Mapped[Instant] = mapped_column(index=True)
    opened_at: Mapped[Instant | None]
