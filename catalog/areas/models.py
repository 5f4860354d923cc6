"""Areas as they were on each day, and what became of them.

A code alone does not name an area: 11728 was xã Đại Hà to 2024, xã Kiến Hưng in early 2025 and a larger
xã Kiến Hưng since. So an area is (code, first day), and lives in one epoch of the tree.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Pk

#: Text compared sign by sign, as SQLite does anyway.
SORTABLE = String(240).with_variant(String(240, collation="C"), "postgresql")
#: First day of areas whose beginning the lists do not tell.
UNRECORDED = date(1900, 1, 1)


class Area(Base):
    """One administrative unit during one epoch."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("kind IN ('province', 'district', 'commune')", name="kind_known"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="days_ordered"),
    )

    id: Mapped[Pk]
    #: Code of the General Statistics Office: 2 digits a province, 3 a district, 5 a commune.
    code: Mapped[str] = mapped_column(String(5))
    #: First day of this epoch; 1900-01-01 when the lists do not tell.
    valid_from: Mapped[date]
    #: Last day, inclusive; empty while the area stands.
    valid_until: Mapped[date | None]
    #: province, district or commune.
    kind: Mapped[str] = mapped_column(String(10))
    #: Name with its title: "Xã Kiến Hưng", "Thành phố Hải Phòng".
    name: Mapped[str] = mapped_column(String(80))
    #: Name without title, accents and case, for search: "kien hung".
    name_folded: Mapped[str] = mapped_column(String(80), index=True)
    #: Puts areas into the order of a Vietnamese dictionary: An, Ân, Da, Đa.
    sort_key: Mapped[str] = mapped_column(SORTABLE)
    #: The unit that this one stands in, of the same epoch.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)

    parent: Mapped["Area | None"] = relationship(remote_side="Area.id", lazy="joined", join_depth=2)


class AreaChange(Base):
    """An area of one epoch became (part of) an area of the next."""

    __tablename__ = "area_change"

    old_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)
    #: The successor proposed where an area was divided; only a person may settle on it.
    is_default: Mapped[bool]
