"""Lots, levels, movements, holds and receipts.

``stock_movement`` is append-only (triggers of migration 0003). ``stock_level`` is its checked
cache: invariant I1 says that it equals the sum of its movements, I2 that ``held`` equals the sum
of its active holds.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Pk
from shop.inventory.rules import ADDS, TAKES, Ground, LotState, Reason


def _among(values: Iterable[str]) -> str:
    """``('a', 'b')`` for a CHECK, in a fixed order."""
    return "(" + ", ".join(f"'{value}'" for value in sorted(str(value) for value in values)) + ")"


class Lot(Base):
    """Goods of one SKU that came together: one number of the producer, one NSX, one HSD, one set of terms."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint(f"state IN {_among(LotState)}", name="state_known"),
        CheckConstraint(f"ground IS NULL OR ground IN {_among(Ground)}", name="ground_known"),
        CheckConstraint("(state = 'ok') = (ground IS NULL)", name="ground_when_not_ok"),
        CheckConstraint("expires_on IS NULL OR made_on IS NULL OR expires_on >= made_on", name="made_first"),
        CheckConstraint("unit_cost_vnd >= 0", name="cost_not_negative"),
        CheckConstraint("commission_bp BETWEEN 0 AND 10000", name="commission_within_whole"),
    )

    id: Mapped[Pk]
    #: Printed on the label and in its QR; the public address of the trace page.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    #: The SKU's product: a star covers products, so lots are blocked by product.
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    #: The producer's own lot number, as printed on the goods.
    number: Mapped[str] = mapped_column(String(60))
    #: NSX, day of production.
    made_on: Mapped[date | None]
    #: HSD, the last day of use; null for goods that do not expire.
    expires_on: Mapped[date | None] = mapped_column(index=True)
    #: The certificate under which the store took the lot in.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: ``ok``, ``blocked`` or ``recalled``.
    state: Mapped[str] = mapped_column(String(10), default=LotState.OK)
    #: Why it is not ``ok``: certificate, expired, quality, recall.
    ground: Mapped[str | None] = mapped_column(String(12))
    #: The person's words or the document's number for the state.
    state_note: Mapped[str | None] = mapped_column(String(300))
    #: Consigned goods stay the producer's until sold; the rest the seller has bought.
    is_consigned: Mapped[bool]
    #: What a piece, or a kilogram of goods sold by weight, costs the seller.
    unit_cost_vnd: Mapped[Dong]
    #: The seller's share of a consigned sale, in basis points.
    commission_bp: Mapped[int] = mapped_column(default=0)
    #: Number of the paper that proves where the lot comes from (certificate of origin, list of purchase); its scan is
    #: a document about ``lot:<code>``.
    origin_number: Mapped[str | None] = mapped_column(String(80))


class StockLevel(Base):
    """How much of one lot lies at one place, and how much of that is promised."""

    __tablename__ = "stock_level"
    __table_args__ = (
        UniqueConstraint("place_id", "lot_id"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held_within_on_hand"),
    )

    id: Mapped[Pk]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    #: Units at the place: the sum of the level's movements (I1).
    on_hand: Mapped[int] = mapped_column(default=0)
    #: Units promised to orders: the sum of the level's active holds (I2).
    held: Mapped[int] = mapped_column(default=0)


class StockMovement(Base):
    """One change of a level, with its reason and document. Never changed, never deleted."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="delta_moves"),
        CheckConstraint(f"reason IN {_among(Reason)}", name="reason_known"),
        CheckConstraint(
            f"(delta > 0 AND reason IN {_among(ADDS)}) OR (delta < 0 AND reason IN {_among(TAKES)})"
            " OR reason = 'count'",
            name="sign_fits_reason",
        ),
        Index("ix_stock_movement_document", "document_type", "document_ref"),
    )

    id: Mapped[Pk]
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"), index=True)
    #: Units in (+) or out (-).
    delta: Mapped[int]
    #: One of ``Reason``.
    reason: Mapped[str] = mapped_column(String(16))
    #: Kind of paper behind it: ``goods_receipt``, ``order``, ``adjustment``, ``return``, ``transfer``, ``removal`` …
    document_type: Mapped[str] = mapped_column(String(20))
    #: The paper's number.
    document_ref: Mapped[str] = mapped_column(String(60))
    #: Who did it, as the audit trail writes it.
    actor: Mapped[str] = mapped_column(String(120))
    #: The person's words.
    note: Mapped[str | None] = mapped_column(String(300))
    at: Mapped[Instant] = mapped_column(index=True)


class StockHold(Base):
    """Units of one level promised to one reference (an order) until an instant, or until it ends."""

    __tablename__ = "stock_hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("state IN ('active', 'committed', 'released')", name="state_known"),
        CheckConstraint("(state = 'active') = (closed_at IS NULL)", name="closed_when_not_active"),
        Index(
            "ix_stock_hold_active",
            "level_id",
            postgresql_where=text("state = 'active'"),
            sqlite_where=text("state = 'active'"),
        ),
    )

    id: Mapped[Pk]
    level_id: Mapped[int] = mapped_column(ForeignKey("stock_level.id"))
    #: Units.
    quantity: Mapped[int]
    #: ``active`` until committed (sold) or released (cancelled, run out).
    state: Mapped[str] = mapped_column(String(10), default="active")
    #: Counts until this instant; null for a decided order, which ends only by handing out or cancellation.
    expires_at: Mapped[Instant | None]
    #: Whose it is, such as ``order:DH-7K3M9QXT``.
    reference: Mapped[str] = mapped_column(String(60), index=True)
    created_at: Mapped[Instant]
    #: When it was committed or released.
    closed_at: Mapped[Instant | None]


class GoodsReceipt(Base):
    """One delivery taken in by a store; its lines are the ledger's movements under its code."""

    __tablename__ = "goods_receipt"

    id: Mapped[Pk]
    #: Number of the paper, such as ``NK-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), index=True)
    #: Number of the producer's delivery note, where there is one; its scan is a document about ``receipt:<code>``.
    delivery_note: Mapped[str | None] = mapped_column(String(60))
    #: Day of that note.
    delivered_on: Mapped[date | None]
    #: Who brought the goods, as they signed.
    deliverer: Mapped[str | None] = mapped_column(String(120))
    #: The store keeper's words.
    note: Mapped[str | None] = mapped_column(Text)
    #: Who took the goods in.
    actor: Mapped[str] = mapped_column(String(120))
    received_at: Mapped[Instant]
    #: ``delivery`` or ``opening``: the stock with which a store came from another system.
    kind: Mapped[str] = mapped_column(String(10), default="delivery", server_default="delivery")
