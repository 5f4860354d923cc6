"""Photos of products and their files.

The files lie in the database: every machine sees the same, one backup holds everything. What a code shows never
changes (triggers of migration 0015); another picture is another code. A removed photo keeps its line and loses its
files: nothing proves anything by it, so nobody's picture is kept for longer than it is wanted.
"""

from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.products.models import Product
from core.db import Base, Instant, Pk, Versioned

PENDING: Final = "pending"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
REMOVED: Final = "removed"
#: What a photo may show; the proposed alternative text says it after the product's name.
SHOWS = ("product", "pack", "label", "making", "place", "people", "use")
#: The widths in which each photo is kept, in points.
WIDTHS = (320, 800, 1600)
_STANDING = text("state <> 'removed'")


class ProductPhoto(Versioned, Base):
    """One photo of one product."""

    __tablename__ = "product_photo"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state IN ('pending', 'approved', 'rejected', 'removed')", name="state_known"),
        CheckConstraint(
            "shows IN ('product', 'pack', 'label', 'making', 'place', 'people', 'use')", name="shows_known"
        ),
        CheckConstraint("length(alt) >= 3", name="alt_said"),
        CheckConstraint("position >= 1", name="position_from_one"),
        CheckConstraint("width BETWEEN 1 AND 1600 AND height >= 1", name="size_known"),
        CheckConstraint("(state = 'rejected' AND reason IS NOT NULL) OR state <> 'rejected'", name="rejection_said"),
        Index(None, "product_id", "position"),
        Index(None, "state"),
        Index(
            "uq_product_photo_standing", "product_id", "sent_sha256", unique=True, sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public and random, such as AH-7K3M9QXTAB; the addresses /anh/<code>-<width>.webp.
    code: Mapped[str] = mapped_column(String(24))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: Its place among the product's photos; the lowest that shoppers may see is the first.
    position: Mapped[int]
    #: One of SHOWS.
    shows: Mapped[str] = mapped_column(String(10), default="product")
    #: What it shows, for those who do not see it. Never empty.
    alt: Mapped[str] = mapped_column(String(200))
    #: The words that wait for a moderator, while shoppers read `alt`.
    wanted_alt: Mapped[str | None] = mapped_column(String(200))
    #: pending, approved, rejected (with a reason) or removed. Approved alone shows nothing: the listing must be open.
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    #: Drawn for the demonstration; shown as such.
    is_drawn: Mapped[bool] = mapped_column(default=False)
    #: Points of its largest file.
    width: Mapped[int]
    height: Mapped[int]
    #: SHA-256 in hex of the largest file, and of what the person sent.
    sha256: Mapped[str] = mapped_column(String(64))
    sent_sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    uploaded_at: Mapped[Instant]
    #: Who approved or rejected it last, when, and why it was rejected.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(String(300))

    product: Mapped[Product] = relationship()


class PhotoFile(Base):
    """A photo in one width, as WEBP; a narrower original stays as narrow as it is."""

    __tablename__ = "product_photo_file"
    __table_args__ = (CheckConstraint("width IN (320, 800, 1600)", name="width_known"),)

    photo_id: Mapped[int] = mapped_column(ForeignKey("product_photo.id"), primary_key=True, autoincrement=False)
    #: One of WIDTHS: how wide it is at most.
    width: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: SHA-256 in hex of the bytes; the ETag.
    sha256: Mapped[str] = mapped_column(String(64))
    data: Mapped[bytes] = mapped_column(LargeBinary)
