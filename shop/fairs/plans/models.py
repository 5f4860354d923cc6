"""What is kept of floor plans beside the booths themselves: every plan that was saved, and the drawings under halls."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned


class FloorPlan(Base):
    """One plan as it was saved. Never changed (triggers of migration 0042); the one with the highest number stands."""

    __tablename__ = "floor_plan"
    __table_args__ = (
        UniqueConstraint("fair_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    #: 1, 2, 3 … within its fair.
    number: Mapped[int]
    #: The whole plan as in ``plan.schema.json``.
    document: Mapped[Json]
    #: How many booths it has, for lists.
    booths: Mapped[int]
    #: Why it was changed, in the organizer's words.
    note: Mapped[str | None] = mapped_column(String(200))
    saved_at: Mapped[Instant]
    #: Who saved it, as shown.
    saved_by: Mapped[str] = mapped_column(String(200))


class FairUnderlay(Versioned, Base):
    """A drawing under one hall, traced in the editor. Its height follows from its points; nothing is judged by it."""

    __tablename__ = "fair_underlay"
    __table_args__ = (
        UniqueConstraint("fair_id", "hall"),
        CheckConstraint("width_px >= 1 AND height_px >= 1", name="points_known"),
        CheckConstraint("width BETWEEN 1 AND 1000000", name="width_in_range"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    #: Code of its hall.
    hall: Mapped[str] = mapped_column(String(20))
    width_px: Mapped[int]
    height_px: Mapped[int]
    #: Where its upper left corner lies in the hall, in centimetres; outside of it too.
    x: Mapped[int]
    y: Mapped[int]
    #: How wide the whole drawing is in the hall, in centimetres: its scale.
    width: Mapped[int]
    #: SHA-256 in hex of the bytes; the ETag.
    sha256: Mapped[str] = mapped_column(String(64))
    #: WEBP.
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[Instant]

    @property
    def height(self) -> int:
        """How high it is in the hall, in whole centimetres."""
        return round(self.width * self.height_px / self.width_px)

    def place(self) -> dict[str, Any]:
        """Where it lies."""
        return {"x": self.x, "y": self.y, "width": self.width, "height": self.height}
