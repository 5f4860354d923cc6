"""Invoices, their lines as printed, the counter of their numbers, and everything that ever happened to them.

An invoice is of an order or of a receipt of the till. Triggers of migrations 0028 and 0040 keep what Python promises:
nothing is removed; what was issued does not change; a number is the counter's next one, so that a series has no gap and
no number twice.
"""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.invoices.rules import BuyerKind, Kind, LineKind, State
from shop.orders.models import Order
from shop.stores.models import Seller
from shop.tills.models import TillSale

#: The first step of every invoice, and what it keeps of cash rounding beside the sum, đồng; absent for none.
DRAFTED, ROUNDING = "draft", "rounding_vnd"


def _among(values: type[Kind] | type[State] | type[LineKind] | type[BuyerKind]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


class InvoiceCounter(Base):
    """The last number given in one series of one seller in one year. It only ever rises, by one."""

    __tablename__ = "invoice_counter"
    __table_args__ = (CheckConstraint("last_number >= 0", name="not_negative"),)

    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), primary_key=True)
    #: The form's number with the series: ``1C26MKT``. The series carries the year.
    series: Mapped[str] = mapped_column(String(12), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class Invoice(Versioned, Base):
    """One invoice: a draft, or issued under a number; an adjustment or a replacement refers to the one it corrects."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("key"),
        UniqueConstraint("seller_id", "series", "number"),
        CheckConstraint(f"kind IN {_among(Kind)}", name="kind_known"),
        CheckConstraint(f"state IN {_among(State)}", name="state_known"),
        CheckConstraint(f"buyer_kind IN {_among(BuyerKind)}", name="buyer_kind_known"),
        CheckConstraint("(kind = 'original') = (refers_to_id IS NULL)", name="corrections_refer"),
        CheckConstraint("(kind = 'original') = (reason IS NULL)", name="corrections_say_why"),
        CheckConstraint("net_vnd + tax_vnd = gross_vnd", name="net_and_tax_are_gross"),
        CheckConstraint("gross_vnd >= 0 OR kind = 'adjustment'", name="only_adjustments_take_back"),
        CheckConstraint("(state IN ('draft', 'discarded')) = (number IS NULL)", name="numbered_when_issued"),
        CheckConstraint(
            "(number IS NULL) = (issued_at IS NULL) AND (number IS NULL) = (issued_on IS NULL)"
            " AND (number IS NULL) = (total_words IS NULL)",
            name="whole_when_issued",
        ),
        CheckConstraint("number IS NULL OR number > 0", name="number_positive"),
        CheckConstraint("(state = 'accepted') = (authority_code IS NOT NULL)", name="accepted_with_code"),
        CheckConstraint("state <> 'rejected' OR rejected_because IS NOT NULL", name="rejected_with_reason"),
        CheckConstraint("(order_id IS NULL) <> (till_sale_id IS NULL)", name="of_one_sale"),
        # One original of an order or a receipt at a time, one replacement of an invoice at a time.
        Index(
            "uq_invoice_original", "order_id", unique=True,
            sqlite_where=text("kind = 'original' AND state <> 'discarded'"),
            postgresql_where=text("kind = 'original' AND state <> 'discarded'"),
        ),
        Index(
            "uq_invoice_original_of_till", "till_sale_id", unique=True,
            sqlite_where=text("kind = 'original' AND state <> 'discarded'"),
            postgresql_where=text("kind = 'original' AND state <> 'discarded'"),
        ),
        Index(
            "uq_invoice_replacement", "refers_to_id", unique=True,
            sqlite_where=text("kind = 'replacement' AND state <> 'discarded'"),
            postgresql_where=text("kind = 'replacement' AND state <> 'discarded'"),
        ),
        Index("ix_invoice_seller_state", "seller_id", "state"),
        Index("ix_invoice_seller_day", "seller_id", "issued_on"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Our own code, such as ``HD-7K3M9QXT``: the name of a draft, and the key of the provider's answers.
    code: Mapped[str] = mapped_column(String(20))
    #: What brought it about, once: ``ord:DH-…``, ``til:BL-…``, ``ref:HT-…``, ``by:…``.
    key: Mapped[str] = mapped_column(String(60))
    #: What was bought: exactly one of an order and a receipt of the till.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("shop_order.id"), index=True)
    till_sale_id: Mapped[int | None] = mapped_column(ForeignKey("till_sale.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: See `rules.Kind`.
    kind: Mapped[str] = mapped_column(String(12))
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    #: The invoice that this one adjusts or replaces.
    refers_to_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    #: Why it adjusts or replaces, as printed.
    reason: Mapped[str | None] = mapped_column(String(300))
    #: Form and series: ``1C26MKT`` (1: VAT invoice, 2: sales invoice). Set with the number.
    series: Mapped[str | None] = mapped_column(String(12))
    number: Mapped[int | None]
    issued_at: Mapped[Instant | None]
    #: Local day of `issued_at`, the date of the invoice.
    issued_on: Mapped[date | None]
    #: Who issued it, as printed in the trail; null for drafts.
    issued_by: Mapped[str | None] = mapped_column(String(120))
    seller_name: Mapped[str] = mapped_column(String(200))
    seller_tax_code: Mapped[str] = mapped_column(String(20))
    seller_address: Mapped[str] = mapped_column(String(500))
    #: ``credit``, ``direct`` or ``household``, as it was.
    vat_method: Mapped[str] = mapped_column(String(10))
    #: See `rules.BuyerKind`.
    buyer_kind: Mapped[str] = mapped_column(String(10))
    #: The enterprise's or the person's name; null for a buyer who wants no invoice.
    buyer_name: Mapped[str | None] = mapped_column(String(200))
    buyer_tax_code: Mapped[str | None] = mapped_column(String(20))
    buyer_address: Mapped[str | None] = mapped_column(String(500))
    #: Where the invoice is sent.
    buyer_email: Mapped[str | None] = mapped_column(String(254))
    #: How it was paid, in the words of the form: ``TM``, ``CK`` or ``TM/CK``.
    paid_by: Mapped[str] = mapped_column(String(5))
    net_vnd: Mapped[Dong]
    tax_vnd: Mapped[Dong]
    #: What was paid for it, VAT included; negative when an adjustment takes back.
    gross_vnd: Mapped[Dong]
    #: The total in words; set when it is issued.
    total_words: Mapped[str | None] = mapped_column(Text)
    #: The tax authority's code (mã CQT).
    authority_code: Mapped[str | None] = mapped_column(String(40))
    #: The provider's code under which the buyer looks the legal original up.
    lookup_code: Mapped[str | None] = mapped_column(String(40))
    answered_at: Mapped[Instant | None]
    rejected_because: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[Instant]

    order: Mapped[Order | None] = relationship()
    sale: Mapped[TillSale | None] = relationship()
    seller: Mapped[Seller] = relationship()
    refers_to: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id")
    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position")
    events: Mapped[list["InvoiceEvent"]] = relationship(order_by="InvoiceEvent.id")

    @property
    def source(self) -> str:
        """Number of the order, or of the till's receipt, that it is of."""
        found = self.order.number if self.order else self.sale.code if self.sale else None
        if found is None:
            raise LookupError("an invoice of nothing")
        return found

    @property
    def rounding_vnd(self) -> int:
        """What cash rounding at a till added to (+) or took from the sum in what was handed over; in no price.

        It was written down with the draft, so that what is printed stays as it was.
        """
        return next((int(one.data.get(ROUNDING, 0)) for one in self.events if one.action == DRAFTED), 0)

    @property
    def received_vnd(self) -> int:
        """What was handed over: the sum with its cash rounding; negative for what went back."""
        return self.gross_vnd + self.rounding_vnd


class InvoiceLine(Base):
    """A line as printed, signed as its invoice is. Never changed."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        UniqueConstraint("invoice_id", "position"),
        CheckConstraint(f"kind IN {_among(LineKind)}", name="kind_known"),
        CheckConstraint("unit IN ('piece', 'gram')", name="unit_known"),
        CheckConstraint("net_vnd + tax_vnd = gross_vnd", name="net_and_tax_are_gross"),
        CheckConstraint("vat_kind IS NULL OR (vat_bp = 0 AND tax_vnd = 0)", name="no_tax_without_rate"),
        CheckConstraint("vat_kind IN ('KCT', 'KKKNT', 'KTT')", name="vat_kind_known"),
    )

    id: Mapped[Pk]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"))
    position: Mapped[int]
    #: ``goods`` or ``charge``.
    kind: Mapped[str] = mapped_column(String(8))
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"), index=True)
    order_charge_id: Mapped[int | None] = mapped_column(ForeignKey("order_charge.id"), index=True)
    till_line_id: Mapped[int | None] = mapped_column(ForeignKey("till_line.id"), index=True)
    #: Goods with their pack, or the charge in words.
    name: Mapped[str] = mapped_column(String(300))
    #: What `quantity` counts: ``piece`` or ``gram``.
    unit: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[int]
    #: Before the discount, VAT included: đồng for a piece, or for a kilogram.
    unit_price_vnd: Mapped[Dong]
    #: The line's share of the discount, VAT included; never negative.
    discount_vnd: Mapped[Dong]
    gross_vnd: Mapped[Dong]
    net_vnd: Mapped[Dong]
    tax_vnd: Mapped[Dong]
    #: Basis points; 0 beside a kind.
    vat_bp: Mapped[int]
    #: ``KCT``, ``KKKNT``, ``KTT``; null: `vat_bp` counts.
    vat_kind: Mapped[str | None] = mapped_column(String(8))


class InvoiceEvent(Base):
    """One step of an invoice. Append-only."""

    __tablename__ = "invoice_event"

    id: Mapped[Pk]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    at: Mapped[Instant]
    #: See `rules.Action`; `DRAFTED` for the first.
    action: Mapped[str] = mapped_column(String(12))
    #: State after the step.
    state: Mapped[str] = mapped_column(String(10))
    #: Who, as printed then.
    actor: Mapped[str] = mapped_column(String(120))
    data: Mapped[Json] = mapped_column(default=dict[str, Any])
