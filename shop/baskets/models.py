"""Gift baskets and their parts. Whether one is on sale is judged by date and stock at each look, never stored."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk, Versioned
from shop.stores.models import Store


class GiftBasket(Versioned, Base):
    """A basket that a store puts together: words, a season, parts, and perhaps wrapping."""

    __tablename__ = "gift_basket"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="state_known"),
        CheckConstraint("wrap_vnd >= 0", name="wrap_not_negative"),
        CheckConstraint("until_on IS NULL OR from_on IS NULL OR until_on >= from_on", name="season_ordered"),
        Index(None, "store_id", "state"),
    )

    id: Mapped[Pk]
    #: Its address, made once from its first name.
    slug: Mapped[str] = mapped_column(String(96))
    #: The store that packs and sells it.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    name: Mapped[str] = mapped_column(String(120))
    #: What it is for: Tết, a wedding, a guest from afar.
    occasion: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text, default="")
    #: Wrapping of one basket in đồng, VAT included; 0: without. A charge, never a product.
    wrap_vnd: Mapped[Dong]
    #: First and last day on which it is offered; null: no limit.
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    #: ``draft``, ``published`` or ``withdrawn``: the store's will. Published alone sells nothing.
    state: Mapped[str] = mapped_column(String(10), default="draft")
    created_at: Mapped[Instant]
    published_at: Mapped[Instant | None]

    store: Mapped[Store] = relationship()
    parts: Mapped[list["BasketPart"]] = relationship(order_by="BasketPart.position")


class BasketPart(Base):
    """So much of one pack in each basket. A pack may stand in it twice; what is needed is the sum."""

    __tablename__ = "gift_basket_part"
    __table_args__ = (
        UniqueConstraint("basket_id", "position"),
        CheckConstraint("quantity BETWEEN 1 AND 100000", name="quantity_in_range"),
    )

    id: Mapped[Pk]
    basket_id: Mapped[int] = mapped_column(ForeignKey("gift_basket.id"))
    #: 1, 2, 3 … as composed.
    position: Mapped[int]
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    #: Pieces, or grams of goods sold by weight.
    quantity: Mapped[int]
