"""Payments, their refunds, and everything that ever happened to them.

A payment carries a reference, not a foreign key.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.payments.rules import seller_ref

_STATUSES = "'pending','authorised','captured','failed','cancelled','expired','to_refund','refunded'"


class Payment(Versioned, Base):
    """Money asked for one thing, by one seller, in one way."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("provider", "provider_ref"),
        Index("uq_payment_token", "token", unique=True),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("captured_vnd >= 0 AND captured_vnd <= amount_vnd", name="captured_within_amount"),
        CheckConstraint("refunded_vnd >= 0 AND refunded_vnd <= captured_vnd", name="refunded_within_captured"),
        CheckConstraint(
            "refunded_vnd <= refunding_vnd AND refunding_vnd <= captured_vnd", name="refunding_within_captured"
        ),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        CheckConstraint(
            "(status IN ('captured','to_refund','refunded')) = (captured_vnd > 0)", name="captured_when_received"
        ),
    )

    id: Mapped[Pk]
    #: What it is for: `ord:NUMBER`, `bkg:CODE` or `til:CODE`.
    reference: Mapped[str] = mapped_column(Text)
    #: `cod`, `at_store`, `vietqr`, `stripe`.
    provider: Mapped[str] = mapped_column(Text)
    #: The legal seller who is paid.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: Asked for.
    amount_vnd: Mapped[Dong]
    #: Received.
    captured_vnd: Mapped[Dong] = mapped_column(default=0)
    #: Promised back: the sum of its refunds that have not failed, those done included (I5).
    refunding_vnd: Mapped[Dong] = mapped_column(default=0)
    #: Given back.
    refunded_vnd: Mapped[Dong] = mapped_column(default=0)
    #: See `rules.Status`.
    status: Mapped[str] = mapped_column(Text)
    #: What the payer should write.
    memo: Mapped[str] = mapped_column(Text)
    #: VietQR text, when paid by transfer.
    qr_text: Mapped[str | None] = mapped_column(Text)
    #: Account paid to, as on the day of opening.
    bank_bin: Mapped[str | None] = mapped_column(Text)
    bank_account: Mapped[str | None] = mapped_column(Text)
    #: Name of the payee, as on the day of opening.
    payee_name: Mapped[str] = mapped_column(Text)
    #: The provider's own id of the money received: bank line, charge.
    provider_ref: Mapped[str | None] = mapped_column(Text)
    #: The bank line of the refund.
    refund_ref: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[Instant]
    #: End of the window; null when paid in person.
    expires_at: Mapped[Instant | None] = mapped_column(index=True)
    #: When the money was booked.
    captured_at: Mapped[Instant | None]
    #: Opens the page that leads to the card provider; null for every other way to pay.
    token: Mapped[str | None] = mapped_column(String(64))
    #: Path of the page to which the payer comes back, such as the order's.
    back_to: Mapped[str | None] = mapped_column(Text)
    #: When the provider reserved the money.
    authorised_at: Mapped[Instant | None]
    #: When we began to take what was reserved, behind the locks: the instant that decides the sale (decision 4).
    capture_at: Mapped[Instant | None]

    @property
    def is_for_booth(self) -> bool:
        """Whether it is the fee of a booth at a fair: its pages speak of a booth then, not of goods."""
        return self.reference.startswith("bkg:")


class Refund(Versioned, Base):
    """One sum promised back to the payer, until it has gone. Triggers keep what was promised, and its end."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("key"),
        UniqueConstraint("way", "provider_ref"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("way IN ('card', 'bank', 'cash')", name="way_known"),
        CheckConstraint("state IN ('promised', 'sent', 'done', 'failed')", name="state_known"),
        CheckConstraint("(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name="ended_when_over"),
        CheckConstraint("(state = 'done') = (provider_ref IS NOT NULL)", name="referenced_when_done"),
        Index("ix_refund_state_way", "state", "way"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``HT-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    #: The intent: asked for twice under one key, it is one refund.
    key: Mapped[str] = mapped_column(String(120))
    amount_vnd: Mapped[Dong]
    #: A code of `words.REASONS`.
    reason: Mapped[str] = mapped_column(String(20))
    #: How it goes back: ``card``, ``bank`` (a payout file), ``cash`` (at the store).
    way: Mapped[str] = mapped_column(String(8))
    #: See `rules.RefundState`.
    state: Mapped[str] = mapped_column(String(10))
    #: Who promised it, as printed then.
    actor: Mapped[str] = mapped_column(String(120))
    promised_at: Mapped[Instant]
    #: When it was last handed to the provider, or into a payout file.
    sent_at: Mapped[Instant | None]
    #: When it was done or failed.
    ended_at: Mapped[Instant | None]
    #: The card provider's, the bank's or the till's own id of the money given back.
    provider_ref: Mapped[str | None] = mapped_column(String(120))
    #: What went wrong last, in the provider's words.
    trouble: Mapped[str | None] = mapped_column(String(300))

    payment: Mapped[Payment] = relationship(lazy="joined", innerjoin=True)

    @property
    def told_ref(self) -> str | None:
        """The reference as the provider, the bank or the till told it."""
        return self.provider_ref.removesuffix(seller_ref("", self.payment.seller_id)) if self.provider_ref else None


class PaymentEvent(Base):
    """One step of a payment. Append-only: triggers refuse change and removal."""

    __tablename__ = "payment_event"

    id: Mapped[Pk]
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    at: Mapped[Instant]
    #: See `rules.Signal`; `open` for the first.
    signal: Mapped[str] = mapped_column(Text)
    #: Status after the step.
    status: Mapped[str] = mapped_column(Text)
    #: Received or given back in this step.
    amount_vnd: Mapped[Dong] = mapped_column(default=0)
    #: Who said so, as printed then.
    actor: Mapped[str] = mapped_column(Text)
    #: Provider reference and what else was told.
    data: Mapped[Json] = mapped_column(default=dict[str, Any])
