"""Products, and the addresses that they once had.

A product says what a thing is and who makes it. Whether it may be sold is said by its certificates alone: a
product without one is a candidate, known to the desks and never to a shopper (decisions 20 and 21).
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.areas.models import Area
from catalog.producers.models import Producer
from catalog.products.sets import ProductSet, get_set
from core.db import Base, Instant, Pk, Versioned


class Product(Versioned, Base):
    """One product of one producer, in one of the 26 sets."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("slug"),
        CheckConstraint("set_no BETWEEN 1 AND 26", name="set_known"),
        Index(None, "name_folded"),
    )

    id: Mapped[Pk]
    #: Public code, such as SP-7K3M9QXT; never changes.
    code: Mapped[str] = mapped_column(String(24))
    #: The address /san-pham/<slug>; an old one keeps redirecting (ProductSlug).
    slug: Mapped[str] = mapped_column(String(96))
    #: Name as in the decision.
    name: Mapped[str] = mapped_column(String(200))
    #: The name without accents and case.
    name_folded: Mapped[str] = mapped_column(String(200))
    #: Who makes it.
    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), index=True)
    #: Product set, 1 to 26.
    set_no: Mapped[int] = mapped_column(index=True)
    #: Where it is made, in the epoch of its papers; empty when not known.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    #: The programme's own code (T-X-STT-20YY, or the older form with a district); printed, not relied on.
    ocop_code: Mapped[str | None] = mapped_column(String(40))
    #: What desks should know; never shown to shoppers.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Invented or partly invented for the demonstration; pages say so.
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: When it was entered.
    created_at: Mapped[Instant]

    producer: Mapped[Producer] = relationship()
    area: Mapped[Area | None] = relationship()

    @property
    def product_set(self) -> ProductSet:
        """Its product set with names and group."""
        return get_set(self.set_no)


class ProductSlug(Base):
    """An address that a product had before: it redirects for ever (decision 11)."""

    __tablename__ = "product_slug"

    #: The old slug; nobody else may take it.
    slug: Mapped[str] = mapped_column(String(96), primary_key=True)
    #: Whose it was.
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
