"""Payments and everything that ever happened to them. A payment carries a reference, not a foreign key."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Json, Pk, Versioned

_STATUSES = "'pending','authorised','captured','failed','cancelled','expired','to_refund','refunded'"


class Payment(Versioned, Base):
    """Money asked for one thing, by one seller, in one way."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("provider", "provider_ref"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("captured_vnd >= 0 AND captured_vnd <= amount_vnd", name="captured_within_amount"),
        CheckConstraint("refunded_vnd >= 0 AND refunded_vnd <= captured_vnd", name="refunded_within_captured"),
        CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
        CheckConstraint(
            "(status IN ('captured','to_refund','refunded')) = (captured_vnd > 0)", name="captured_when_received"
        ),
    )

    id: Mapped[Pk]
    #: What it is for: `ord:NUMBER` or `bkg:CODE`.
    reference: Mapped[str] = mapped_column(Text)
    #: `cod`, `at_store`, `vietqr`, `stripe`.
    provider: Mapped[str] = mapped_column(Text)
    #: The legal seller who is paid.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: Asked for.
    amount_vnd: Mapped[Dong]
    #: Received.
    captured_vnd: Mapped[Dong] = mapped_column(default=0)
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
