"""Carts, their lines, and what is charged beside them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Json, Pk
from shop.carts.rules import MOST


class Cart(Base):
    """What a visitor means to buy; known by a random token, and by its user once signed in."""

    __tablename__ = "cart"

    id: Mapped[Pk]
    #: Random and unguessable: whoever knows it may change the cart.
    token: Mapped[str] = mapped_column(String(64), unique=True)
    #: The store to buy from, when chosen; availability is then that store's.
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    #: The account it belongs to, once signed in.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Whether the visitor has confirmed to be 18 (wine and spirits, sets 14 and 15).
    is_adult: Mapped[bool] = mapped_column(default=False)
    #: The coupon typed in, as `coupons.rules.normalise` writes it; judged at each look.
    coupon_code: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    #: When it became an order; from then on it cannot be changed.
    closed_at: Mapped[Instant | None]


class CartLine(Base):
    """So much of one SKU. No price and no promise: both are judged at each look."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "sku_id"),
        CheckConstraint(f"quantity BETWEEN 1 AND {MOST}", name="quantity_in_range"),
    )

    id: Mapped[Pk]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    #: Pieces, or grams for goods sold by weight.
    quantity: Mapped[int]
    added_at: Mapped[Instant]


class CartCharge(Base):
    """Something paid beside the lines, for as long as they hold what it belongs to: wrapping of a gift basket.

    Never a product (decision 12). It counts while the cart still holds its parts and is served by its store.
    """

    __tablename__ = "cart_charge"
    __table_args__ = (
        CheckConstraint("kind IN ('gift_wrap')", name="kind_known"),
        CheckConstraint("amount_vnd >= 0", name="amount_not_negative"),
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_in_range"),
    )

    id: Mapped[Pk]
    cart_id: Mapped[int] = mapped_column(ForeignKey("cart.id"), index=True)
    #: As charges of orders are called: ``gift_wrap``.
    kind: Mapped[str] = mapped_column(String(20))
    #: What it is for, as shown: the basket's name.
    label: Mapped[str] = mapped_column(String(160))
    #: Whose it is, such as ``basket:7``.
    reference: Mapped[str] = mapped_column(String(60), index=True)
    #: The store that does it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: For one, VAT included.
    amount_vnd: Mapped[Dong]
    #: How many times.
    quantity: Mapped[int]
    #: Units that one stands on, by SKU id: ``{"12": 2}``.
    parts: Mapped[Json] = mapped_column(default=dict[str, Any])
    added_at: Mapped[Instant]
