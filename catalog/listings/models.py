"""Listings and their SKUs: what a producer shows of a product, and in which packs and at which price.

Product 1–1 Listing, Listing 1–n SKU (decision 11). The slug, the name and the set belong to the product; the
right to be sold belongs to the certificate and is judged by date at every door, never stored here.
"""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk, Versioned

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
LIVE: Final = "live"
WITHDRAWN: Final = "withdrawn"

PIECE: Final = "piece"
GRAM: Final = "gram"


class Listing(Versioned, Base):
    """The shop face of one product: its words and its will to be sold (`state`), not its right to be."""

    __tablename__ = "listing"
    __table_args__ = (
        UniqueConstraint("product_id"),
        CheckConstraint("state IN ('draft','submitted','live','withdrawn')", name="state_known"),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        CheckConstraint("state <> 'live' OR published_at IS NOT NULL", name="live_was_published"),
        Index(None, "state", "published_at"),
    )

    id: Mapped[Pk]
    #: The product that this listing shows; one listing each.
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: draft, submitted, live or withdrawn: what producer and moderator want. Live alone sells nothing.
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    #: One or two sentences for cards and search, at most 300 signs.
    summary: Mapped[str] = mapped_column(String(300), default="")
    #: The story of the product and its place: plain text, paragraphs parted by an empty line.
    story: Mapped[str] = mapped_column(Text, default="")
    #: Ingredients as the label states them.
    ingredients: Mapped[str] = mapped_column(String(1000), default="")
    #: How to use it, as the label states it.
    usage: Mapped[str] = mapped_column(String(1000), default="")
    #: Address of who answers for the goods, as the label prints it; empty: the producer's own.
    maker_address: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: Where it was made, in the label's words: "Sản xuất tại Việt Nam".
    origin: Mapped[str] = mapped_column(String(120), default="", server_default="")
    #: What the label warns of; "Không có" where the producer says that there is nothing to warn of.
    warnings: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    #: How and where the pack shows the day of making and the last day (NSX, HSD): "In trên nắp hũ".
    dates_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    #: Size, weight, strength and the like ("thông số kỹ thuật") of crafts and textiles.
    specs: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    #: Whether the producer offers it as a gift (gift wrapping and gift sets ask for this).
    is_gift: Mapped[bool] = mapped_column(default=False)
    #: Raised at each change that the index or a shopper could see; the index keeps the highest it has seen.
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    #: First instant at which it went live; kept for ever, since it parts a 410 (was listed) from a 404.
    published_at: Mapped[Instant | None]
    #: The certificate whose revocation withdrew it. It stays withdrawn until a person publishes it again under a
    #: new certificate (certificate case D4); empty when it was withdrawn for another reason, or not at all.
    revoked_certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)

    skus: Mapped[list["Sku"]] = relationship(back_populates="listing", order_by="Sku.price_vnd, Sku.id")


class Sku(Versioned, Base):
    """One pack of a listing: counted in whole pieces or whole grams (decision 10)."""

    __tablename__ = "sku"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("gtin"),
        CheckConstraint("unit IN ('piece','gram')", name="unit_known"),
        CheckConstraint("price_vnd >= 1", name="price_positive"),
        CheckConstraint("vat_bp BETWEEN 0 AND 10000", name="vat_in_range"),
        CheckConstraint("net_grams IS NULL OR net_grams > 0", name="net_grams_positive"),
        CheckConstraint("net_ml IS NULL OR net_ml > 0", name="net_ml_positive"),
        CheckConstraint("net_pieces IS NULL OR net_pieces > 0", name="net_pieces_positive"),
        CheckConstraint(
            "vat_class IS NULL OR vat_class IN ('own_produce','produce','processed','full')", name="vat_class_known"
        ),
        CheckConstraint("shelf_days IS NULL OR shelf_days > 0", name="shelf_days_positive"),
        CheckConstraint("abv_bp IS NULL OR abv_bp BETWEEN 0 AND 10000", name="abv_in_range"),
        Index(None, "listing_id"),
    )

    id: Mapped[Pk]
    #: The listing to which the pack belongs.
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    #: Public, unique code: what carts, receipts and labels name.
    code: Mapped[str] = mapped_column(String(40))
    #: The pack in the shopper's words: "Hũ 500 g".
    label: Mapped[str] = mapped_column(String(80))
    #: What stock counts: whole pieces, or whole grams for goods sold by weight.
    unit: Mapped[str] = mapped_column(String(8), default=PIECE)
    #: Net weight of one piece in grams, where the label states one.
    net_grams: Mapped[int | None]
    #: Net volume of one piece in millilitres, where the label states one.
    net_ml: Mapped[int | None]
    #: How many things one piece holds (tea bags, eggs), where the label counts them.
    net_pieces: Mapped[int | None]
    #: Price in đồng: of one piece, or of one kilogram when `unit` is gram. VAT included.
    price_vnd: Mapped[Dong]
    #: VAT rate within the price, in basis points (800 is 8 %); 0 for goods outside VAT. Asked only where no class
    #: is given: `vat.rate_of` is the one to ask.
    vat_bp: Mapped[int] = mapped_column(default=0)
    #: What kind of goods it is for VAT: own_produce, produce, processed or full; the rate follows from it and the day.
    vat_class: Mapped[str | None] = mapped_column(String(16))
    #: GTIN (EAN-8, UPC-12, EAN-13 or GTIN-14) on the pack, check digit verified.
    gtin: Mapped[str | None] = mapped_column(String(14))
    #: Days from making to "best before", where the producer states it.
    shelf_days: Mapped[int | None]
    #: How to keep it, as the label of this pack states it.
    storage: Mapped[str] = mapped_column(String(300), default="", server_default="")
    #: What the pack asks of its way to the buyer: fetched at the store only, breakable, to be kept cold.
    is_pickup_only: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_fragile: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_cold: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Alcohol by volume in basis points (2950 is 29.5 %), for drinks.
    abv_bp: Mapped[int | None]
    #: Whether the pack is offered now; packs are never deleted, orders point at them.
    is_active: Mapped[bool] = mapped_column(default=True)

    listing: Mapped[Listing] = relationship(back_populates="skus")


class ListingProgress(Base):
    """How far a producer has come in making a listing, one question at a time; nothing that a shopper sees."""

    __tablename__ = "listing_progress"

    #: The listing that is being made.
    listing_id: Mapped[Pk] = mapped_column(ForeignKey("listing.id"), autoincrement=False)
    #: What has no column of its own: questions answered or passed over (`done`), the pack being described (`pack`),
    #: the answers from which the story is put together (`story`).
    notes: Mapped[Json]
    #: When she last answered something.
    touched_at: Mapped[Instant]
