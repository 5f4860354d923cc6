"""Cases of sold goods and shown booths, and labels to print anew."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.certificates.models import Certificate
from catalog.products.models import Product
from core.db import Base, Dong, Instant, Pk, Versioned
from shop.cases.rules import Kind, State
from shop.fairs.models import Booking
from shop.orders.models import OrderLine
from shop.stores.models import Store


def _among(values: type[Kind] | type[State]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


class SoldCase(Versioned, Base):
    """A sold line or a shown booth that a revocation reached afterwards: somebody is to be told (D2, D3)."""

    __tablename__ = "sold_case"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("certificate_id", "order_line_id"),
        UniqueConstraint("certificate_id", "booking_id"),
        CheckConstraint(f"kind IN {_among(Kind)}", name="kind_known"),
        CheckConstraint(f"state IN {_among(State)}", name="state_known"),
        CheckConstraint(
            "(kind = 'sale') = (order_line_id IS NOT NULL) AND (kind = 'booth') = (booking_id IS NOT NULL)"
            " AND (kind = 'sale') = (store_id IS NOT NULL)",
            name="about_one_thing",
        ),
        CheckConstraint("refund_vnd IS NULL OR refund_vnd > 0", name="refund_positive"),
        CheckConstraint("(refund_vnd IS NULL) = (refund_reference IS NULL)", name="refund_has_reference"),
        CheckConstraint("state <> 'refunded' OR refund_vnd IS NOT NULL", name="refunded_has_refund"),
        Index(None, "state", "store_id"),
    )

    id: Mapped[Pk]
    #: Public code: ``VV-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    #: ``sale`` or ``booth``.
    kind: Mapped[str] = mapped_column(String(8))
    #: The revoked certificate.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: The sold line, and the store that sold it; empty for a booth.
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"))
    #: The booking of the booth; empty for a sale.
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    #: See ``rules.State``.
    state: Mapped[str] = mapped_column(String(12), default=State.TO_CONTACT)
    #: When it was opened: in the minute of the revocation.
    opened_at: Mapped[Instant]
    #: Until when somebody is to be told.
    contact_by: Mapped[Instant]
    #: What was given back, in đồng, and the bank's or the till's reference.
    refund_vnd: Mapped[Dong | None]
    refund_reference: Mapped[str | None] = mapped_column(String(80))
    #: The last words of whoever moved it.
    note: Mapped[str] = mapped_column(String(500), default="")

    certificate: Mapped[Certificate] = relationship()
    product: Mapped[Product] = relationship()
    line: Mapped[OrderLine | None] = relationship()
    booking: Mapped[Booking | None] = relationship()
    store: Mapped[Store | None] = relationship()


class LabelTask(Base):
    """Shelf labels of one product in one store that show another star than the product has now (case E1)."""

    __tablename__ = "label_task"
    __table_args__ = (
        UniqueConstraint("store_id", "certificate_id", "new_stars"),
        Index(None, "store_id", "done_at"),
    )

    id: Mapped[Pk]
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: The certificate that brings the new star.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: The star under which the goods came in, and the star of today.
    old_stars: Mapped[int]
    new_stars: Mapped[int]
    asked_at: Mapped[Instant]
    #: When somebody said that they were printed, and who; empty while it waits.
    done_at: Mapped[Instant | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    product: Mapped[Product] = relationship()
