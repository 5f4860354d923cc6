"""Settlements: closed periods, what each producer gets and for what, adjustments, and where her money goes.

Triggers of migration 0035 guard what Python decides: into a sealed period nothing is written and nothing of it changes
but the steps of `rules.STEPS`; every sold row is in one line at most.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from core.db import Base, Dong, Instant, Pk, Versioned
from shop.sales.rules import Source
from shop.settlements.rules import AGREED, Decision, Extra, State
from shop.stores.models import Seller
from shop.stores.rules import VAT_METHODS


def _among(values: Iterable[str]) -> str:
    """``('a', 'b')`` for a CHECK, in a fixed order."""
    return "(" + ", ".join(f"'{value}'" for value in sorted(str(value) for value in values)) + ")"


class SettlementPeriod(Base):
    """One month of one seller that was closed, once. Sealed with its closing: nothing is added afterwards."""

    __tablename__ = "settlement_period"
    __table_args__ = (
        UniqueConstraint("seller_id", "period"),
        CheckConstraint("period LIKE '20__-__'", name="period_is_a_month"),
        CheckConstraint("sealed_at IS NULL OR sealed_at >= closed_at", name="closed_first"),
    )

    id: Mapped[Pk]
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: ``YYYY-MM``.
    period: Mapped[str] = mapped_column(String(7))
    closed_at: Mapped[Instant]
    #: As printed then.
    closed_by: Mapped[str] = mapped_column(String(120))
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: Set last, in the transaction that closes it.
    sealed_at: Mapped[Instant | None]

    seller: Mapped[Seller] = relationship()
    settlements: Mapped[list["Settlement"]] = relationship(order_by="Settlement.id", viewonly=True)


class Settlement(Versioned, Base):
    """What one producer gets from one seller for one period. Its sums never change; only its state moves on."""

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("period_id", "producer_id"),
        CheckConstraint(f"state IN {_among(State)}", name="state_known"),
        CheckConstraint(f"vat_method IN {VAT_METHODS}", name="vat_method_known"),
        CheckConstraint("sales_vnd >= 0 AND returns_vnd >= 0", name="money_not_negative"),
        CheckConstraint(
            "total_vnd = sales_vnd - returns_vnd - commission_vnd + adjustments_vnd + carried_in_vnd",
            name="total_is_the_sum",
        ),
        CheckConstraint(
            f"(state IN {_among(AGREED)}) = (approved_by_id IS NOT NULL)", name="approved_by_somebody"
        ),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> closed_by_id", name="two_persons"),
        CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approved_at_an_instant"),
        CheckConstraint("(state = 'paid') = (bank_ref IS NOT NULL)", name="referenced_when_paid"),
        CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at_an_instant"),
        CheckConstraint("state IN ('closed', 'carried') OR total_vnd > 0", name="paid_when_owed"),
        CheckConstraint("carried_into_id IS NULL OR state = 'carried'", name="taken_when_carried"),
        Index("ix_settlement_producer", "producer_id", "state"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code, such as ``DS-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("settlement_period.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    #: How the producer accounts for VAT, as known then.
    vat_method: Mapped[str] = mapped_column(String(10))
    #: She has not said it herself: it follows from what she is (`rules.METHODS_BY_KIND`).
    is_method_assumed: Mapped[bool] = mapped_column(default=False)
    #: See `rules.Sums`.
    sales_vnd: Mapped[Dong]
    returns_vnd: Mapped[Dong]
    commission_vnd: Mapped[Dong]
    adjustments_vnd: Mapped[Dong]
    carried_in_vnd: Mapped[Dong]
    total_vnd: Mapped[Dong]
    #: Who closed its period: never the one who approves it.
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    approved_at: Mapped[Instant | None]
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: Why it is carried over although money is owed, in the second person's words.
    note: Mapped[str | None] = mapped_column(String(300))
    paid_at: Mapped[Instant | None]
    #: The bank's number of the transfer, or the number of the cash voucher.
    bank_ref: Mapped[str | None] = mapped_column(String(80))
    #: The settlement that took its balance over.
    carried_into_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"), index=True)

    period: Mapped[SettlementPeriod] = relationship(lazy="joined", innerjoin=True)
    producer: Mapped[Producer] = relationship()
    lines: Mapped[list["SettlementLine"]] = relationship(order_by="SettlementLine.position")
    adjustments: Mapped[list["SettlementAdjustment"]] = relationship(order_by="SettlementAdjustment.id")
    #: Balances of earlier periods that it took over.
    carried: Mapped[list["Settlement"]] = relationship(
        primaryjoin="Settlement.id == foreign(Settlement.carried_into_id)", order_by="Settlement.id", viewonly=True
    )


class SettlementLine(Base):
    """One row of what was sold (`shop/sales`), settled: once and for ever. Append-only."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        UniqueConstraint("source", "row_id"),
        UniqueConstraint("settlement_id", "position"),
        CheckConstraint(f"source IN {_among(Source)}", name="source_known"),
        CheckConstraint("quantity <> 0", name="quantity_moves"),
        CheckConstraint(
            "(quantity > 0 AND revenue_vnd >= due_vnd AND due_vnd >= 0)"
            " OR (quantity < 0 AND revenue_vnd <= due_vnd AND due_vnd <= 0)",
            name="due_within_revenue",
        ),
    )

    id: Mapped[Pk]
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"))
    #: 1, 2, 3 … by time.
    position: Mapped[int]
    #: See `shop.sales.rules.Source`; with the row's id there it is unique.
    source: Mapped[str] = mapped_column(String(12))
    row_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    #: Order's number or receipt's code.
    source_ref: Mapped[str] = mapped_column(String(20))
    #: Local day of the sale or of the return.
    sold_on: Mapped[date]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    product_name: Mapped[str] = mapped_column(String(200))
    label: Mapped[str] = mapped_column(String(80))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    lot_code: Mapped[str] = mapped_column(String(20))
    #: Pieces or grams; negative when they came back.
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(8))
    unit_price_vnd: Mapped[Dong]
    #: What the buyer paid, discounts taken off; negative when it came back.
    revenue_vnd: Mapped[Dong]
    commission_bp: Mapped[int]
    #: What of it is the producer's; the rest is the commission.
    due_vnd: Mapped[Dong]
    #: VAT inside what is due, when the producer sells to the shop: basis points, or what stands in their place.
    vat_bp: Mapped[int]
    vat_kind: Mapped[str | None] = mapped_column(String(8))

    @property
    def commission_vnd(self) -> int:
        """The seller's part."""
        return self.revenue_vnd - self.due_vnd


class SettlementAdjustment(Base):
    """A sum beside the sales, with words and a second person. It goes into the next period that is closed."""

    __tablename__ = "settlement_adjustment"
    __table_args__ = (
        CheckConstraint(f"kind IN {_among(Extra)}", name="kind_known"),
        CheckConstraint(f"state IN {_among(Decision)}", name="state_known"),
        CheckConstraint("amount_vnd <> 0", name="amount_moves"),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_at_an_instant"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_persons"),
        CheckConstraint("settlement_id IS NULL OR state = 'approved'", name="settled_when_approved"),
        Index("ix_settlement_adjustment_open", "seller_id", "state"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``DC-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: See `rules.Extra`.
    kind: Mapped[str] = mapped_column(String(12))
    #: Positive: for the producer; negative: she bears it.
    amount_vnd: Mapped[Dong]
    #: What for, as her statement says it.
    words: Mapped[str] = mapped_column(String(300))
    #: See `rules.Decision`.
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[Instant]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: The settlement that it is part of.
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"), index=True)

    producer: Mapped[Producer] = relationship()
    seller: Mapped[Seller] = relationship()


class SettlementPayee(Base):
    """Where a producer's money goes, and how she accounts for VAT: noted by one person, confirmed by another.

    A change is a new row; the newest confirmed one counts.
    """

    __tablename__ = "settlement_payee"
    __table_args__ = (
        CheckConstraint(f"vat_method IN {VAT_METHODS}", name="vat_method_known"),
        CheckConstraint(f"state IN {_among(Decision)}", name="state_known"),
        CheckConstraint(
            "(bank_bin IS NULL) = (account IS NULL) AND (account IS NULL) = (holder IS NULL)", name="account_whole"
        ),
        CheckConstraint("(state = 'asked') = (decided_by_id IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_by_id IS NULL) = (decided_at IS NULL)", name="decided_at_an_instant"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_persons"),
        Index(
            "uq_settlement_payee_asked",
            "producer_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index("ix_settlement_payee_producer", "producer_id", "state"),
    )

    id: Mapped[Pk]
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    #: ``credit``, ``direct`` or ``household``.
    vat_method: Mapped[str] = mapped_column(String(10))
    #: NAPAS number of the bank; null: she is paid in cash.
    bank_bin: Mapped[str | None] = mapped_column(String(6))
    account: Mapped[str | None] = mapped_column(String(19))
    #: Capitals without accents.
    holder: Mapped[str | None] = mapped_column(String(70))
    #: See `rules.Decision`.
    state: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[Instant]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    producer: Mapped[Producer] = relationship()
