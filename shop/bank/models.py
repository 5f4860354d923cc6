"""Credits seen at sellers' bank accounts, the files that told of them, and what was done about each.

What a line says never changes (trigger of migration 0024), nor does a decision about its money; lines and steps
are never removed. A line belongs to at most one payment.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.bank.rules import State
from shop.payments.models import Payment
from shop.stores.models import Seller

_STATES = "(" + ", ".join(f"'{state}'" for state in State) + ")"
#: Every đồng of a line is at one place.
SHARES = (
    "(state IN ('waiting', 'aside') AND paid_vnd = 0 AND return_vnd = 0)"
    " OR (state = 'to_return' AND paid_vnd = 0 AND return_vnd = amount_vnd)"
    " OR (state = 'paid' AND payment_id IS NOT NULL AND paid_vnd > 0 AND return_vnd >= 0"
    " AND paid_vnd + return_vnd = amount_vnd)"
)


class Credit(Versioned, Base):
    """One credit at one account of a seller, as the bank told it, and where its money stands."""

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("seller_id", "account", "bank_ref"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint(SHARES, name="every_dong_once"),
        Index("ix_bank_line_seller_state", "seller_id", "state"),
    )

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: The account that was credited: digits and letters only.
    account: Mapped[str] = mapped_column(String(40))
    #: The bank's own reference, without spaces, in capitals.
    bank_ref: Mapped[str] = mapped_column(String(80))
    amount_vnd: Mapped[Dong]
    #: When the bank booked it, as told.
    booked_at: Mapped[Instant] = mapped_column(index=True)
    #: What the payer wrote, as told.
    memo: Mapped[str] = mapped_column(Text)
    #: The payer's bank (BIN), account and holder, where the bank told them.
    payer_bin: Mapped[str | None] = mapped_column(String(6))
    payer_account: Mapped[str | None] = mapped_column(String(40))
    payer_holder: Mapped[str | None] = mapped_column(String(120))
    #: See `rules.Source`.
    source: Mapped[str] = mapped_column(String(10))
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    seen_at: Mapped[Instant]
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    #: See `rules.Reason`.
    reason: Mapped[str] = mapped_column(String(12))
    #: The payment it counts for, or waits for.
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), index=True)
    #: What of it counts for the payment, and what goes back.
    paid_vnd: Mapped[Dong] = mapped_column(default=0)
    return_vnd: Mapped[Dong] = mapped_column(default=0)

    seller: Mapped[Seller] = relationship(lazy="joined", innerjoin=True)
    payment: Mapped[Payment | None] = relationship(lazy="joined")
    steps: Mapped[list["CreditStep"]] = relationship(order_by="CreditStep.id")


class CreditStep(Base):
    """One thing that was done about a line. Append-only."""

    __tablename__ = "bank_step"

    id: Mapped[Pk]
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    at: Mapped[Instant]
    #: A code of `words.ACTS`.
    act: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(12))
    #: Who, as printed then.
    actor: Mapped[str] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(500))


class BankStatement(Base):
    """A statement of an account that somebody read in."""

    __tablename__ = "bank_statement"

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    #: SHA-256 of the file.
    digest: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[Instant]
    actor: Mapped[str] = mapped_column(String(120))
    #: Lines that were new, and those that were known already.
    fresh: Mapped[int]
    known: Mapped[int]


class StatementProfile(Versioned, Base):
    """How one bank's statements are read: which heading means what."""

    __tablename__ = "bank_profile"
    __table_args__ = (UniqueConstraint("seller_id", "bank_bin"),)

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: BIN of the bank; empty for a seller without one.
    bank_bin: Mapped[str] = mapped_column(String(6))
    #: `{"booked": heading, "credit": heading, …}`: see `statements.FIELDS`.
    columns: Mapped[Json] = mapped_column(default=dict[str, Any])


class BankFeed(Versioned, Base):
    """The way by which a bank, or a service that watches the account, tells of credits as they come.

    Its secret is derived from the shop's own and `generation`; it stands in no table.
    """

    __tablename__ = "bank_feed"

    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), primary_key=True, autoincrement=False)
    #: Rises when the secret is renewed.
    generation: Mapped[int] = mapped_column(default=1)
    #: When it rose: the secret before is taken for another day.
    renewed_at: Mapped[Instant]
    #: Whether notices are taken at all.
    is_open: Mapped[bool] = mapped_column(default=True)
    #: The last notice that was genuine.
    heard_at: Mapped[Instant | None]
