"""Mandates: a producer's consent that somebody does a part of her work on the platform.

What was consented to never changes and nothing is deleted (migration 0016); another wish is another mandate.
"""

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from core.accounts.models import UserAccount
from core.db import Base, Instant, Pk

#: She was signed in herself, or she signed a paper that is kept and that a second person has seen.
SELF: Final = "self"
PAPER: Final = "paper"


class Mandate(Base):
    """One person may act for one producer."""

    __tablename__ = "mandate"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("until_on >= from_on", name="days_ordered"),
        CheckConstraint("is_for_listings OR is_for_photos OR is_for_prices", name="for_something"),
        CheckConstraint("consent IN ('self', 'paper')", name="consent_known"),
        CheckConstraint("(consent = 'paper') = (document_code IS NOT NULL)", name="paper_kept"),
        CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> user_id AND (consent = 'self' OR confirmed_by <> given_by))",
            name="two_persons",
        ),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("given_by <> user_id", name="not_oneself"),
    )

    id: Mapped[Pk]
    #: Public code, such as UQ-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: For whom.
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: Who acts.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: The post in which she was chosen (a role and its scope): the mandate ends with it.
    role: Mapped[str] = mapped_column(String(40))
    scope_type: Mapped[str] = mapped_column(String(40), default="")
    scope_id: Mapped[str] = mapped_column(String(80), default="")
    #: For what: pages of products, their photos, their prices. Never certificates, never papers, never money.
    is_for_listings: Mapped[bool]
    is_for_photos: Mapped[bool]
    is_for_prices: Mapped[bool]
    #: First and last day.
    from_on: Mapped[date]
    until_on: Mapped[date]
    #: SELF or PAPER, and the paper's code in /tai-lieu.
    consent: Mapped[str] = mapped_column(String(8))
    document_code: Mapped[str | None] = mapped_column(String(24))
    #: Who wrote it down: the producer's own person, or for a paper the first of two.
    given_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[Instant]
    #: From when on it counts: at once when given by herself, else when a second person has seen the paper.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[Instant | None]
    #: Taken back, laid down or ended by an administrator.
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[Instant | None]
    ended_reason: Mapped[str | None] = mapped_column(String(300))
    #: The last entry of the audit trail of which the producer was told.
    told_entry_id: Mapped[int] = mapped_column(BigInteger, default=0)

    producer: Mapped[Producer] = relationship(lazy="joined")
    user: Mapped[UserAccount] = relationship(foreign_keys=[user_id], lazy="joined")
