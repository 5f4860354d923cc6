"""Tills, shifts, sales and returns with their lines, lots and tenders, and sales that need a decision.

Triggers of migration 0034 guard what Python decides: a line is stored only on a day that its certificate covers,
a closed shift takes nothing and never changes, what was sold never changes, and no more comes back than was sold.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.stores.models import Seller, Store
from shop.tills.rules import Decision, Kind, Trouble, Way

_WITHOUT_RATE = "vat_kind IS NULL OR (vat_kind IN ('KCT', 'KKKNT', 'KTT') AND vat_bp = 0)"


def _among(values: Iterable[str]) -> str:
    """``('a', 'b')`` for a CHECK, in a fixed order."""
    return "(" + ", ".join(f"'{value}'" for value in sorted(str(value) for value in values)) + ")"


class Till(Versioned, Base):
    """One browser at one counter, registered once by a manager."""

    __tablename__ = "till"

    id: Mapped[Pk]
    #: Public code, such as ``QT-7K3M``; the head of its Z numbers.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    #: As it stands on the counter: "Quầy 1".
    name: Mapped[str] = mapped_column(String(60))
    #: SHA-256 of the token in the browser's cookie; null: no browser holds one.
    token_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    #: False: taken out of service; its history stays.
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    registered_at: Mapped[Instant]
    #: Who registered it, as printed then.
    registered_by: Mapped[str] = mapped_column(String(120))

    store: Mapped[Store] = relationship()


class TillShift(Versioned, Base):
    """One drawer from its opening float to its count. Closed, it never changes again (its Z report)."""

    __tablename__ = "till_shift"
    __table_args__ = (
        UniqueConstraint("till_id", "number"),
        CheckConstraint("float_vnd >= 0", name="float_not_negative"),
        CheckConstraint(
            "(closed_at IS NULL AND counted_vnd IS NULL AND expected_vnd IS NULL AND difference_vnd IS NULL)"
            " OR (closed_at IS NOT NULL AND counted_vnd >= 0 AND closed_by IS NOT NULL"
            " AND difference_vnd = counted_vnd - expected_vnd)",
            name="closed_with_count",
        ),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="opened_first"),
        Index(
            "uq_till_shift_open",
            "till_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[Pk]
    #: Public code, such as ``CA-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    #: 1, 2, 3 … for each till without a gap: the number of its Z report.
    number: Mapped[int]
    opened_at: Mapped[Instant]
    #: As printed then.
    opened_by: Mapped[str] = mapped_column(String(120))
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: Cash laid into the drawer at the opening.
    float_vnd: Mapped[Dong]
    closed_at: Mapped[Instant | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    #: Cash found in the drawer, cash that should be there, and counted less expected.
    counted_vnd: Mapped[Dong | None]
    expected_vnd: Mapped[Dong | None]
    difference_vnd: Mapped[Dong | None]
    #: Pieces of each denomination: `{"500000": 3, …}`.
    counted: Mapped[Json] = mapped_column(default=dict[str, Any])
    #: The Z report as it was printed; empty while open.
    report: Mapped[Json] = mapped_column(default=dict[str, Any])
    #: The cashier's words about a difference.
    note: Mapped[str | None] = mapped_column(String(300))

    till: Mapped[Till] = relationship()
    store: Mapped[Store] = relationship()


class TillCash(Base):
    """Cash laid into the drawer or taken out of it beside sales. Append-only, and only while the shift is open."""

    __tablename__ = "till_cash"
    __table_args__ = (
        CheckConstraint("kind IN ('pay_in', 'pay_out')", name="kind_known"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``TC-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("till_shift.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    amount_vnd: Mapped[Dong]
    #: The person's words.
    reason: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[Instant]


class TillSale(Base):
    """One receipt: a sale, or a return against a sale. Never changed, never deleted (but its phone can be erased)."""

    __tablename__ = "till_sale"
    __table_args__ = (
        CheckConstraint(f"kind IN {_among(Kind)}", name="kind_known"),
        CheckConstraint("(kind = 'return') = (of_sale_id IS NOT NULL)", name="return_of_a_sale"),
        CheckConstraint("total_vnd = lines_total_vnd - discount_vnd + rounding_vnd", name="total_is_the_sum"),
        CheckConstraint("lines_total_vnd >= 0 AND total_vnd >= 0", name="money_not_negative"),
        CheckConstraint("discount_vnd BETWEEN 0 AND lines_total_vnd", name="discount_within_lines"),
        CheckConstraint("rounding_vnd BETWEEN -999 AND 999", name="rounding_small"),
        Index("ix_till_sale_store_decided", "store_id", "decided_on"),
    )

    id: Mapped[Pk]
    #: Number of the receipt: ``BL-7K3M9QXT``; of a return ``TL-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    #: The till's own id of it: sent twice, it is one.
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    #: Opens the receipt's page for whoever holds the link.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    #: ``sale`` or ``return``.
    kind: Mapped[str] = mapped_column(String(8))
    #: The sale whose goods come back.
    of_sale_id: Mapped[int | None] = mapped_column(ForeignKey("till_sale.id"), index=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("till_shift.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: Seller of record.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"), index=True)
    #: Who stood at the till, as printed then.
    cashier: Mapped[str] = mapped_column(String(120))
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: By the till's own clock: evidence only.
    sold_at: Mapped[Instant]
    #: When the server had it.
    received_at: Mapped[Instant]
    #: The instant that made it a sale (decision 4): the server's receipt behind its locks; of an accepted exception
    #: the time of the sale that a person accepted.
    decided_at: Mapped[Instant]
    decided_on: Mapped[date]
    is_offline: Mapped[bool] = mapped_column(default=False)
    lines_total_vnd: Mapped[Dong]
    #: All discounts of its lines.
    discount_vnd: Mapped[Dong]
    #: What cash rounding added (+) or took off (-).
    rounding_vnd: Mapped[Dong]
    #: What was paid; of a return, what was given back.
    total_vnd: Mapped[Dong]
    #: Cash handed over by the buyer, and given back to her, where cash was taken.
    cash_given_vnd: Mapped[Dong | None]
    change_vnd: Mapped[Dong | None]
    #: E.164; the receipt was sent there.
    customer_phone: Mapped[str | None] = mapped_column(String(20), index=True)
    #: What the electronic invoice is to say, as of an order (`orders.asked.InvoiceWish`).
    invoice_wish: Mapped[Json] = mapped_column(default=dict[str, Any])
    #: Whether the cashier had seen that the buyer of wine or spirits is of age.
    is_adult: Mapped[bool] = mapped_column(default=False)
    #: The exception that a person accepted, which made it.
    exception_id: Mapped[int | None] = mapped_column(ForeignKey("till_exception.id"), unique=True)

    seller: Mapped[Seller] = relationship()
    store: Mapped[Store] = relationship()
    till: Mapped[Till] = relationship()
    shift: Mapped[TillShift] = relationship()
    of_sale: Mapped["TillSale | None"] = relationship(remote_side="TillSale.id")
    lines: Mapped[list["TillLine"]] = relationship(order_by="TillLine.position")
    tenders: Mapped[list["TillTender"]] = relationship(order_by="TillTender.id")


class TillLine(Base):
    """So much of one SKU, with name, price, star and certificate as printed. Never changed."""

    __tablename__ = "till_line"
    __table_args__ = (
        UniqueConstraint("sale_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_vnd > 0 AND line_total_vnd >= 0", name="price_positive"),
        CheckConstraint("discount_vnd BETWEEN 0 AND line_total_vnd", name="discount_within_line"),
        CheckConstraint("unit IN ('piece', 'gram')", name="unit_known"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_sellable"),
        CheckConstraint(_WITHOUT_RATE, name="vat_kind_without_rate"),
    )

    id: Mapped[Pk]
    sale_id: Mapped[int] = mapped_column(ForeignKey("till_sale.id"))
    #: 1, 2, 3 … as rung up.
    position: Mapped[int]
    #: Of a return: the sold line that comes back.
    of_line_id: Mapped[int | None] = mapped_column(ForeignKey("till_line.id"), index=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    sku_code: Mapped[str] = mapped_column(String(40))
    product_name: Mapped[str] = mapped_column(String(200))
    producer_name: Mapped[str] = mapped_column(String(200))
    #: The pack: "Hũ 500 g".
    label: Mapped[str] = mapped_column(String(80))
    #: What `quantity` counts: `piece` or `gram`.
    unit: Mapped[str] = mapped_column(String(8))
    #: Always more than nothing: the receipt's kind tells which way it went.
    quantity: Mapped[int]
    #: Per piece, or per kilogram of goods sold by weight. VAT included.
    unit_price_vnd: Mapped[Dong]
    #: Before discount.
    line_total_vnd: Mapped[Dong]
    #: Its own discount and its share of the sale's.
    discount_vnd: Mapped[Dong]
    #: VAT within the price, basis points; 0 beside a kind.
    vat_bp: Mapped[int]
    #: What stands in place of a rate: ``KCT``, ``KKKNT``, ``KTT`` (`shop/taxes/rules.py`); null: `vat_bp` counts.
    vat_kind: Mapped[str | None] = mapped_column(String(8))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: Public code of the certificate's page.
    certificate_code: Mapped[str] = mapped_column(String(20))
    #: Number of the decision that gave the star.
    certificate_number: Mapped[str] = mapped_column(String(60))
    stars: Mapped[int]
    #: The sale's day, which the trigger judges; of a return the day of the sale.
    decided_on: Mapped[date]
    #: Of a return: ``shelf`` or ``damage``; null for a sale.
    taken_to: Mapped[str | None] = mapped_column(String(8))

    sale: Mapped[TillSale] = relationship(viewonly=True)
    lots: Mapped[list["TillLineLot"]] = relationship(order_by="TillLineLot.id")


class TillLineLot(Base):
    """So much of a lot that left for a line, or came back with it. Append-only."""

    __tablename__ = "till_line_lot"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_positive"),)

    id: Mapped[Pk]
    line_id: Mapped[int] = mapped_column(ForeignKey("till_line.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    #: The level that it left or went back to.
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"))
    #: In the line's unit: pieces or grams.
    quantity: Mapped[int]


class TillTender(Base):
    """Money of one way on one receipt: taken for a sale, given back for a return. Only its reconciling changes."""

    __tablename__ = "till_tender"
    __table_args__ = (
        CheckConstraint(f"way IN {_among(Way)}", name="way_known"),
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("way = 'vietqr' OR payment_reference IS NULL", name="payment_of_transfers"),
        Index("ix_till_tender_open", "way", "reconciled_at"),
    )

    id: Mapped[Pk]
    sale_id: Mapped[int] = mapped_column(ForeignKey("till_sale.id"), index=True)
    #: ``cash``, ``vietqr`` or ``card``.
    way: Mapped[str] = mapped_column(String(8))
    #: Cash: what stayed in the drawer, after change.
    amount_vnd: Mapped[Dong]
    #: The card terminal's own number.
    reference: Mapped[str | None] = mapped_column(String(60))
    #: Who saw the transfer arrive, or the terminal's slip.
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    #: The payment behind a transfer: ``til:TQ-7K3M9QXT``.
    payment_reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    #: When the bank's line came; null while it has not, and for the other ways.
    reconciled_at: Mapped[Instant | None]


class TillQr(Base):
    """A VietQR shown on a till's screen, and the payment that it opened."""

    __tablename__ = "till_qr"

    id: Mapped[Pk]
    #: The payment's reference, such as ``til:TQ-7K3M9QXT``.
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("till_shift.id"), index=True)
    amount_vnd: Mapped[Dong]
    shown_at: Mapped[Instant]
    shown_by: Mapped[str] = mapped_column(String(120))


class TillException(Versioned, Base):
    """A sale made without the network that cannot simply be booked: nothing of it is lost, a person decides."""

    __tablename__ = "till_exception"
    __table_args__ = (
        CheckConstraint(f"kind IN {_among(Trouble)}", name="kind_known"),
        CheckConstraint(f"state IN {_among(Decision)}", name="state_known"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_with_instant"),
        CheckConstraint("outcome IS NULL OR outcome IN ('sale', 'back', 'loss')", name="outcome_known"),
        CheckConstraint("(state = 'waiting') = (outcome IS NULL)", name="decided_with_outcome"),
        Index("ix_till_exception_store_state", "store_id", "state"),
    )

    id: Mapped[Pk]
    #: Public code, such as ``NL-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    #: The till's own id of the sale.
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    #: The shift in which it was made.
    shift_id: Mapped[int] = mapped_column(ForeignKey("till_shift.id"), index=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    cashier: Mapped[str] = mapped_column(String(120))
    cashier_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: See `rules.Trouble`: the gravest.
    kind: Mapped[str] = mapped_column(String(12))
    #: Code of the refusal that it would have been, with what it names.
    why: Mapped[Json]
    #: The sale as it was sent.
    body: Mapped[Json]
    #: What left the ledger for it: `{"items": [{"position", "sku", "wanted", "lots": […]}]}`.
    lines: Mapped[Json]
    total_vnd: Mapped[Dong]
    #: Cash that it brought into the drawer.
    cash_vnd: Mapped[Dong]
    #: The shift was closed when it came: its cash is in no Z report (it was in the count).
    is_late: Mapped[bool] = mapped_column(default=False)
    sold_at: Mapped[Instant]
    received_at: Mapped[Instant]
    #: See `rules.Decision`.
    state: Mapped[str] = mapped_column(String(10), default=Decision.WAITING)
    #: ``sale``: it is one now; ``back``: goods and money went back; ``loss``: the goods are gone, and no sale.
    outcome: Mapped[str | None] = mapped_column(String(8))
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    #: The person's words.
    note: Mapped[str | None] = mapped_column(String(300))

    store: Mapped[Store] = relationship()
    till: Mapped[Till] = relationship()
    shift: Mapped[TillShift] = relationship()


class TillAnswer(Base):
    """What a till was answered for one of its ids: the same id gets the same bytes. Append-only."""

    __tablename__ = "till_answer"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    #: SHA-256 of what was sent: another body under the same id is refused.
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    received_at: Mapped[Instant]
