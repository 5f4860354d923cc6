"""Days on which a product may not be sold, whatever its certificate says.

A stop only ever takes days away. What was ordered never changes (triggers of migration 0011); lifting adds a day.
The view `certificate_pause` joins stops and suspensions: every door of the gate reads it.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.producers.models import Producer
from catalog.products.models import Product
from core.db import Base, Instant, Pk

#: takedown: an authority's order; paper: a paper the certifier made a condition has run out; subject: the maker
#: itself may not trade.
KINDS = ("takedown", "paper", "subject")


class ProductStop(Base):
    """One reason why one product, or every product of one producer, stands still."""

    __tablename__ = "product_stop"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('takedown', 'paper', 'subject')", name="kind_known"),
        CheckConstraint("(product_id IS NULL) <> (producer_id IS NULL)", name="one_target"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days_ordered"),
        CheckConstraint("(lifted_on IS NULL) = (lifted_at IS NULL)", name="lifting_whole"),
    )

    id: Mapped[Pk]
    #: Public code, such as LG-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: The product; empty when all of a producer's stand still.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    #: The producer, all whose products stand still, later ones included.
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    #: One of KINDS.
    kind: Mapped[str] = mapped_column(String(10))
    #: Number of the order, or of the paper that ran out.
    number: Mapped[str] = mapped_column(String(60))
    #: Who ordered it, or issued the paper, as printed.
    authority: Mapped[str] = mapped_column(String(160))
    #: Why, in the authority's words.
    ground: Mapped[str] = mapped_column(String(300))
    #: First day.
    from_on: Mapped[date]
    #: Last day as ordered, inclusive; empty: until lifted.
    until_on: Mapped[date | None]
    #: What made it, when no person ordered it: "paper:GT-…".
    source: Mapped[str | None] = mapped_column(String(60), index=True)
    #: When we recorded it: what was decided before then was decided in good faith (decision 5).
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: First day on which it stops nothing any more.
    lifted_on: Mapped[date | None]
    #: When that was recorded, by whom and why.
    lifted_at: Mapped[Instant | None]
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    lifted_reason: Mapped[str] = mapped_column(String(300), default="")
    #: When its beginning, and its end, were told to the rest of the house.
    begun_recorded_at: Mapped[Instant | None]
    ended_recorded_at: Mapped[Instant | None]

    product: Mapped[Product | None] = relationship(lazy="joined")
    producer: Mapped[Producer | None] = relationship(lazy="joined")
