"""Orders, their lines as printed, their charges and their timeline.

Triggers of migration 0003 guard what Python decides: a line is only stored, and only decided, on a day that
its certificate covers; snapshots never change; timelines only grow.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned
from shop.orders.rules import Parcel, State
from shop.stores.models import Seller, Store

_STATES = "(" + ", ".join(f"'{state}'" for state in State) + ")"
_WITHOUT_RATE = "vat_kind IS NULL OR (vat_kind IN ('KCT', 'KKKNT', 'KTT') AND vat_bp = 0)"
_PARCEL_STATES = "(" + ", ".join(f"'{state}'" for state in Parcel) + ")"
#: Parcels packed with the order's charges: one of an order, unless it was called off.
_CHARGED = text("has_charges AND state <> 'cancelled'")


class Order(Versioned, Base):
    """One cart bought from one store of one legal seller."""

    __tablename__ = "shop_order"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("cart_id"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("method IN ('pickup', 'delivery')", name="method_known"),
        CheckConstraint(
            "total_vnd = lines_total_vnd - discount_total_vnd + charges_total_vnd", name="total_is_the_sum"
        ),
        CheckConstraint(
            "lines_total_vnd >= 0 AND discount_total_vnd >= 0 AND charges_total_vnd >= 0 AND total_vnd > 0",
            name="money_not_negative",
        ),
        CheckConstraint("discount_total_vnd <= lines_total_vnd", name="discount_within_lines"),
        CheckConstraint("coupon_code IS NOT NULL OR discount_total_vnd = 0", name="discount_has_coupon"),
        CheckConstraint("(decided_at IS NULL) = (decided_on IS NULL)", name="decided_day_with_instant"),
        CheckConstraint("method = 'pickup' OR address_line IS NOT NULL", name="delivery_has_address"),
        Index("ix_shop_order_store_state", "store_id", "state"),
    )

    id: Mapped[Pk]
    #: Public number, such as `DH-7K3M9QXT`.
    number: Mapped[str] = mapped_column(String(20))
    #: Whoever knows it may read the order and call it off: a guest's only key.
    token: Mapped[str] = mapped_column(String(64))
    #: The cart it was made from: a second checkout of the same cart answers this order.
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"))
    #: Seller of record.
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: The store that packs it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: The account it belongs to; null for a guest.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(20))
    #: Why it was called off, a code; null otherwise.
    ended_because: Mapped[str | None] = mapped_column(String(20))
    contact_name: Mapped[str] = mapped_column(String(120))
    #: E.164.
    contact_phone: Mapped[str] = mapped_column(String(20), index=True)
    contact_email: Mapped[str | None] = mapped_column(String(254))
    #: `pickup` or `delivery`.
    method: Mapped[str] = mapped_column(String(10))
    #: Street and number, for delivery.
    address_line: Mapped[str | None] = mapped_column(String(300))
    #: The commune (or the province, where we do not know its communes), for delivery.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    #: The commune and province as they were called then.
    area_name: Mapped[str | None] = mapped_column(String(200))
    #: The buyer's words to the store.
    note: Mapped[str | None] = mapped_column(Text)
    #: The coupon behind the discount, as printed.
    coupon_code: Mapped[str | None] = mapped_column(String(40))
    #: What the electronic invoice is to say, where the buyer asked for one: `{"company", "tax_code", "address",
    #: "email"}` (`asked.InvoiceWish`).
    invoice_wish: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    lines_total_vnd: Mapped[Dong]
    discount_total_vnd: Mapped[Dong]
    charges_total_vnd: Mapped[Dong]
    #: Lines less discount plus charges: what is paid. A CHECK keeps the sum.
    total_vnd: Mapped[Dong]
    #: `cod`, `at_store`, `vietqr`, `stripe`.
    provider: Mapped[str] = mapped_column(String(20))
    placed_at: Mapped[Instant]
    #: Local day of placement; the trigger judges it.
    placed_on: Mapped[date]
    #: The instant that made it a sale (decision 4); null while the money is awaited.
    decided_at: Mapped[Instant | None]
    decided_on: Mapped[date | None]
    #: Last day to fetch it at the store.
    collect_by: Mapped[date | None]
    #: By when the store promised to have it ready (pick-up) or to give it to a carrier; null while undecided.
    promised_at: Mapped[Instant | None]
    #: Who fetches it at the counter when the buyer does not come herself, as she noted it; E.164.
    collector_name: Mapped[str | None] = mapped_column(String(120))
    collector_phone: Mapped[str | None] = mapped_column(String(20))
    #: Day on which a revocation stopped it.
    held_on: Mapped[date | None]
    #: Language of the buyer's mails.
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    #: What the buyer agreed to: `{"items": [{"purpose", "version", "given", "at"}]}`.
    consents: Mapped[Json] = mapped_column(default=dict[str, Any])

    seller: Mapped[Seller] = relationship()
    store: Mapped[Store] = relationship()
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")
    charges: Mapped[list["OrderCharge"]] = relationship(order_by="OrderCharge.id")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.id")
    shipments: Mapped[list["Shipment"]] = relationship(order_by="Shipment.position")


class OrderLine(Base):
    """So much of one SKU, with name, price, star and certificate as printed. Never changed once decided."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("unit_price_vnd > 0 AND line_total_vnd >= 0", name="price_positive"),
        CheckConstraint("discount_vnd BETWEEN 0 AND line_total_vnd", name="discount_within_line"),
        CheckConstraint("unit IN ('piece', 'gram')", name="unit_known"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_sellable"),
        CheckConstraint(_WITHOUT_RATE, name="vat_kind_without_rate"),
        CheckConstraint("(decided_at IS NULL) = (decided_on IS NULL)", name="decided_day_with_instant"),
    )

    id: Mapped[Pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    #: 1, 2, 3 … as in the cart.
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    sku_code: Mapped[str] = mapped_column(String(40))
    slug: Mapped[str] = mapped_column(String(200))
    product_name: Mapped[str] = mapped_column(String(200))
    producer_name: Mapped[str] = mapped_column(String(200))
    #: The pack: "Hũ 500 g".
    label: Mapped[str] = mapped_column(String(80))
    #: What `quantity` counts: `piece` or `gram`.
    unit: Mapped[str] = mapped_column(String(8))
    quantity: Mapped[int]
    #: Per piece, or per kilogram of goods sold by weight. VAT included.
    unit_price_vnd: Mapped[Dong]
    line_total_vnd: Mapped[Dong]
    #: This line's share of the order's discount; all shares together are the order's `discount_total_vnd` (I4b).
    discount_vnd: Mapped[Dong] = mapped_column(default=0, server_default="0")
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
    placed_on: Mapped[date]
    decided_at: Mapped[Instant | None]
    #: Local day of `decided_at`; the trigger judges it.
    decided_on: Mapped[date | None]

    order: Mapped[Order] = relationship(viewonly=True)
    #: The lots that left for it and did not come back.
    lots: Mapped[list["ShipmentLot"]] = relationship(
        primaryjoin="and_(ShipmentLot.order_line_id == OrderLine.id, ShipmentLot.came_back_at.is_(None))",
        order_by="ShipmentLot.id", viewonly=True,
    )  # fmt: skip


class OrderCharge(Base):
    """What is paid besides products: delivery, a bag. Never a product, so never judged by a certificate."""

    __tablename__ = "order_charge"
    __table_args__ = (
        CheckConstraint("kind IN ('delivery', 'bag', 'gift_wrap', 'cold_box', 'deposit')", name="kind_known"),
        CheckConstraint("amount_vnd >= 0", name="amount_not_negative"),
        CheckConstraint(_WITHOUT_RATE, name="vat_kind_without_rate"),
    )

    id: Mapped[Pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    amount_vnd: Mapped[Dong]
    vat_bp: Mapped[int]
    #: As of a line.
    vat_kind: Mapped[str | None] = mapped_column(String(8))


class Shipment(Versioned, Base):
    """What one store packs of one order: a parcel for a carrier, or what waits at the counter."""

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("order_id", "position"),
        CheckConstraint(f"state IN {_PARCEL_STATES}", name="state_known"),
        CheckConstraint("weight_grams >= 0 AND attempts >= 0", name="not_negative"),
        Index("ix_shipment_store_state", "store_id", "state"),
        Index("uq_shipment_charges", "order_id", unique=True, sqlite_where=_CHARGED, postgresql_where=_CHARGED),
    )

    id: Mapped[Pk]
    #: The order's number with the parcel's: ``DH-7K3M9QXT-1``.
    code: Mapped[str] = mapped_column(String(24))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    #: The store that packs it, of the order's seller.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: 1, 2, 3 …
    position: Mapped[int]
    #: See `rules.Parcel`.
    state: Mapped[str] = mapped_column(String(12))
    #: Code of the carrier's adapter, such as ``manual``; null until it is chosen.
    carrier: Mapped[str | None] = mapped_column(String(40))
    #: The carrier's name as shown.
    courier: Mapped[str | None] = mapped_column(String(120))
    #: The carrier's own number.
    tracking: Mapped[str | None] = mapped_column(String(60))
    #: Grams, packing left out; 0 when no pack states a weight.
    weight_grams: Mapped[int] = mapped_column(default=0)
    #: How often the carrier stood before a closed door.
    attempts: Mapped[int] = mapped_column(default=0)
    packed_at: Mapped[Instant | None]
    shipped_at: Mapped[Instant | None]
    delivered_at: Mapped[Instant | None]
    #: When it came back undelivered, the last time.
    returned_at: Mapped[Instant | None]
    #: Cash taken for it in person, in đồng; null when nothing was to be taken, or it has not arrived.
    cash_vnd: Mapped[Dong | None]
    #: Packed with the order's charges: paid in person, they are taken with this parcel and no other.
    has_charges: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Why it could not be delivered the last time, a code of `words.FAILURES`.
    failure: Mapped[str | None] = mapped_column(String(20))

    order: Mapped[Order] = relationship(viewonly=True)
    store: Mapped[Store] = relationship()
    lines: Mapped[list["ShipmentLine"]] = relationship(order_by="ShipmentLine.id")
    lots: Mapped[list["ShipmentLot"]] = relationship(order_by="ShipmentLot.id")


class ShipmentLine(Base):
    """So much of an order's line in one parcel."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        UniqueConstraint("shipment_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
    )

    id: Mapped[Pk]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    #: In the line's unit: pieces or grams.
    quantity: Mapped[int]

    line: Mapped[OrderLine] = relationship()


class ShipmentLot(Base):
    """So much of a lot that left its level in a parcel, and whether it came back undelivered."""

    __tablename__ = "shipment_lot"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("came_back_at IS NULL OR came_back_at >= left_at", name="left_before_it_came_back"),
    )

    id: Mapped[Pk]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    #: In the line's unit: pieces or grams.
    quantity: Mapped[int]
    left_at: Mapped[Instant]
    came_back_at: Mapped[Instant | None]


class OrderNote(Base):
    """A word of the staff about an order, for the staff only. Append-only."""

    __tablename__ = "order_note"

    id: Mapped[Pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    at: Mapped[Instant]
    #: Who, as the audit trail writes it.
    actor: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)


class OrderEvent(Base):
    """One step on the timeline. Append-only."""

    __tablename__ = "order_event"

    id: Mapped[Pk]
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    at: Mapped[Instant]
    #: See `rules.Action`; `place` for the first.
    action: Mapped[str] = mapped_column(String(20))
    #: State after the step.
    state: Mapped[str] = mapped_column(String(20))
    #: Who, as printed then: "khách", a member of staff, the system.
    actor: Mapped[str] = mapped_column(String(120))
    #: Reason, references, old and new values: plain values only.
    data: Mapped[Json] = mapped_column(default=dict[str, Any])
