"""What hangs on each shelf, and what has to be printed anew."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Dong, Instant, Pk

_OPEN = text("state = 'open'")


class ShelfLabel(Base):
    """The last label that a store printed for a pack: what stands on it. Refused with a star that covers no day
    (trigger ``shelf_label_uncovered``); gone when a person has taken it off.
    """

    __tablename__ = "shelf_label"
    __table_args__ = (
        UniqueConstraint("store_id", "sku_id"),
        CheckConstraint("(stars IS NULL) = (certificate_id IS NULL)", name="stars_of_a_certificate"),
        CheckConstraint("price_vnd IS NULL OR price_vnd > 0", name="price_positive"),
    )

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    #: The price on it, of a piece or a kilogram; null where it was printed without.
    price_vnd: Mapped[Dong | None]
    #: The stars on it; null where none governed.
    stars: Mapped[int | None]
    #: The certificate that its QR leads to.
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    #: The local day on which its star was judged.
    printed_on: Mapped[date]
    printed_at: Mapped[Instant]
    #: Who printed it.
    printed_by: Mapped[str] = mapped_column(String(120))


class ShelfTask(Base):
    """A label that says what is true no longer: to be printed anew, or taken off. At most one open for a shelf."""

    __tablename__ = "shelf_task"
    __table_args__ = (
        CheckConstraint("kind IN ('star_off', 'star', 'price')", name="kind_known"),
        CheckConstraint("state IN ('open', 'printed', 'ticked', 'moot')", name="state_known"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended_when_not_open"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index("uq_shelf_task_open", "store_id", "sku_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    #: ``star_off``: no certificate covers it any more; ``star``: another star or certificate; ``price``: another price.
    kind: Mapped[str] = mapped_column(String(10))
    #: ``open`` until printed, ticked off by a person, or moot (what the label says became true again).
    state: Mapped[str] = mapped_column(String(10), default="open")
    raised_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    #: Who printed or ticked; the system where it became moot.
    ended_by: Mapped[str | None] = mapped_column(String(120))
