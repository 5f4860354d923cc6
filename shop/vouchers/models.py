"""Vouchers, as printed. Triggers of migration 0029 keep what was promised, and that each is used or given back once."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from core.db import Base, Dong, Instant, Pk, Versioned
from shop.orders.models import Order
from shop.stores.models import Store
from shop.vouchers.rules import State

_STATES = "(" + ", ".join(f"'{state}'" for state in State) + ")"


class Voucher(Versioned, Base):
    """One piece of a service, for whoever brings the code."""

    __tablename__ = "voucher"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("order_line_id", "position"),
        CheckConstraint(f"state IN {_STATES}", name="state_known"),
        CheckConstraint("price_vnd >= 0", name="price_not_negative"),
        CheckConstraint("valid_until >= valid_from", name="days_ordered"),
        CheckConstraint("(state = 'redeemed') = (redeemed_at IS NOT NULL)", name="redeemed_when"),
        CheckConstraint("(redeemed_at IS NULL) = (redeemed_by IS NULL)", name="redeemed_by_whom"),
        CheckConstraint("(state IN ('returned', 'void')) = (ended_at IS NOT NULL)", name="ended_when"),
        Index("ix_voucher_producer_state", "producer_id", "state"),
        Index("ix_voucher_store_state", "store_id", "state"),
    )

    id: Mapped[Pk]
    #: The secret: whoever knows it may use the voucher. ``PV-`` and twelve signs.
    code: Mapped[str] = mapped_column(String(20))
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    order_line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"))
    #: 1, 2, 3 … of its line.
    position: Mapped[int]
    #: The store that sold it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: Who does the service.
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    #: The certificate that covered the day of sale.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: What was paid for it, discount taken off, VAT included.
    price_vnd: Mapped[Dong]
    #: Local day of the sale.
    sold_on: Mapped[date]
    valid_from: Mapped[date]
    #: Last day of use: never beyond what the season and the pack promise.
    valid_until: Mapped[date]
    #: See `rules.State`.
    state: Mapped[str] = mapped_column(String(10))
    issued_at: Mapped[Instant]
    redeemed_at: Mapped[Instant | None]
    #: Who took it, as printed then.
    redeemed_by: Mapped[str | None] = mapped_column(String(120))
    #: Given back or void since.
    ended_at: Mapped[Instant | None]
    #: Day since which the buyer may have her money because the star was taken back; null otherwise.
    offered_on: Mapped[date | None]

    order: Mapped[Order] = relationship()
    store: Mapped[Store] = relationship()
    producer: Mapped[Producer] = relationship()
