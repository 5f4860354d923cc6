"""Producers (chủ thể OCOP): who makes the product and answers for it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.areas.models import Area
from core.db import Base, Instant, Pk, Versioned

#: The subjects of Decision 26/2026/QĐ-TTg, Article 2.3; a big company is not among them.
KINDS = (
    "cooperative",
    "cooperative_group",
    "enterprise",
    "farm",
    "producing_household",
    "business_household",
    "association",
)


class Producer(Versioned, Base):
    """One producer."""

    __tablename__ = "producer"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "kind IN ('cooperative', 'cooperative_group', 'enterprise', 'farm', "
            "'producing_household', 'business_household', 'association')",
            name="kind_known",
        ),
        Index(None, "tax_code"),
        Index(None, "name_folded"),
    )

    id: Mapped[Pk]
    #: Public code, such as CT-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: Name as registered.
    name: Mapped[str] = mapped_column(String(200))
    #: The name without accents and case, to find it by.
    name_folded: Mapped[str] = mapped_column(String(200))
    #: Which of the subjects of Article 2.3: one of KINDS.
    kind: Mapped[str] = mapped_column(String(24))
    #: Tax code (MST), 10 digits or 10-3, check digit verified; households may have none.
    tax_code: Mapped[str | None] = mapped_column(String(14))
    #: Where it is registered, in the epoch of its papers.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    #: Street and house, without the area.
    address: Mapped[str] = mapped_column(String(200), default="")
    #: Telephone as it is printed on labels.
    phone: Mapped[str | None] = mapped_column(String(16))
    #: Made for demonstration or filled from a press source: shown as such.
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: When it was entered.
    created_at: Mapped[Instant]

    area: Mapped[Area | None] = relationship()
