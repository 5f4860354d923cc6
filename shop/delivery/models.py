"""What delivery costs from a day on: a tariff with its steps of weight in each zone."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Dong, Instant, Json, Pk
from shop.delivery.rules import ZONES

_ZONES = "(" + ", ".join(f"'{zone}'" for zone in ZONES) + ")"


class Tariff(Base):
    """The fees of every zone from a day on, until the next one begins. Never changed once its day has come."""

    __tablename__ = "delivery_tariff"
    __table_args__ = (
        UniqueConstraint("starts_on"),
        CheckConstraint(
            "(free_from_vnd IS NULL OR free_from_vnd >= 0) AND cold_vnd >= 0 AND fragile_vnd >= 0 AND pack_grams > 0",
            name="not_negative",
        ),
    )

    id: Mapped[Pk]
    #: First local day on which orders are charged by it.
    starts_on: Mapped[date]
    #: Goods worth this are delivered free, supplements aside; null: never.
    free_from_vnd: Mapped[int | None] = mapped_column(BigInteger)
    #: Once for each parcel with goods that must stay cold, and with goods that break.
    cold_vnd: Mapped[Dong]
    fragile_vnd: Mapped[Dong]
    #: What a pack without a stated weight is taken for.
    pack_grams: Mapped[int]
    #: Codes of the provinces of the zone `near`: ``{"provinces": ["22"]}``.
    near: Mapped[Json] = mapped_column(default=dict[str, Any])
    entered_at: Mapped[Instant]
    entered_by: Mapped[str] = mapped_column(String(200))

    steps: Mapped[list["Step"]] = relationship(
        order_by="Step.zone, Step.up_to_grams", cascade="all, delete-orphan", lazy="selectin"
    )


class Step(Base):
    """The fee of a parcel up to a weight in a zone; with 0 grams, of each further kilogram begun."""

    __tablename__ = "delivery_step"
    __table_args__ = (
        UniqueConstraint("tariff_id", "zone", "up_to_grams"),
        CheckConstraint(f"zone IN {_ZONES}", name="zone_known"),
        CheckConstraint("up_to_grams >= 0 AND fee_vnd >= 0", name="not_negative"),
    )

    id: Mapped[Pk]
    tariff_id: Mapped[int] = mapped_column(ForeignKey("delivery_tariff.id"))
    zone: Mapped[str] = mapped_column(String(10))
    up_to_grams: Mapped[int]
    fee_vnd: Mapped[Dong]
