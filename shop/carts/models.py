"""Carts and their lines."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk
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
