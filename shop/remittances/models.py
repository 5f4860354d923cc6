"""Couriers' remittances, their lines, and what people settled by hand. Append-only (triggers of migration 0024);
only a line that nobody could match gets its parcel later.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Pk
from shop.orders.models import Shipment
from shop.stores.models import Seller


class Remittance(Base):
    """One payment of a courier to a seller, with the list of parcels that it is for."""

    __tablename__ = "remittance"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("seller_id", "carrier", "reference"),
        CheckConstraint("paid_vnd >= 0", name="paid_not_negative"),
    )

    id: Mapped[Pk]
    #: Code such as ``TH-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20))
    seller_id: Mapped[int] = mapped_column(ForeignKey("seller.id"))
    #: Who brought the parcels.
    carrier: Mapped[str] = mapped_column(String(120))
    #: The bank's reference of the courier's transfer, or the number of its list.
    reference: Mapped[str] = mapped_column(String(80))
    received_on: Mapped[date]
    #: What came.
    paid_vnd: Mapped[Dong]
    #: Who wrote it down, as printed then.
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[Instant]

    seller: Mapped[Seller] = relationship()
    lines: Mapped[list["RemittanceLine"]] = relationship(order_by="RemittanceLine.position")

    @property
    def net_vnd(self) -> int:
        """What should have come: cash taken less fees."""
        return sum(one.collected_vnd - one.fee_vnd for one in self.lines)


class RemittanceLine(Base):
    """One parcel of a remittance."""

    __tablename__ = "remittance_line"
    __table_args__ = (
        UniqueConstraint("remittance_id", "told"),
        CheckConstraint("collected_vnd >= 0 AND fee_vnd >= 0", name="not_negative"),
    )

    id: Mapped[Pk]
    remittance_id: Mapped[int] = mapped_column(ForeignKey("remittance.id"))
    position: Mapped[int]
    #: The parcel as the courier calls it.
    told: Mapped[str] = mapped_column(String(60))
    #: The parcel; null while nobody knows which.
    shipment_id: Mapped[int | None] = mapped_column(ForeignKey("shipment.id"), index=True)
    #: Cash taken for it, and what the courier kept.
    collected_vnd: Mapped[Dong]
    fee_vnd: Mapped[Dong]

    remittance: Mapped[Remittance] = relationship(viewonly=True)
    shipment: Mapped[Shipment | None] = relationship()


class RemittanceMark(Base):
    """A person settled what is missing or too much of a parcel's cash."""

    __tablename__ = "remittance_mark"
    __table_args__ = (
        UniqueConstraint("shipment_id"),
        CheckConstraint("kind IN ('settled', 'written_off')", name="kind_known"),
    )

    id: Mapped[Pk]
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    #: ``settled`` (the money came another way) or ``written_off``.
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(300))
    #: Who, as printed then.
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[Instant]
