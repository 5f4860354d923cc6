"""What was done about each change of a certificate: one row for each consequence and occasion, never changed."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk


class CertificateConsequence(Base):
    """One consequence, done once. The unique key is what makes twice have the effect of once."""

    __tablename__ = "certificate_consequence"
    __table_args__ = (
        UniqueConstraint("certificate_id", "consequence", "occasion"),
        CheckConstraint(
            "happening IN ('lapse', 'revocation', 'suspension', 'downrating', 'renewal')", name="happening_known"
        ),
    )

    id: Mapped[Pk]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: Which consequence, such as ``lot`` or ``order``: the object of the table.
    consequence: Mapped[str] = mapped_column(String(20))
    #: Which of the certificate's changes: ``lapse:2026-12-01``, ``suspension:17``, ``correction:4``.
    occasion: Mapped[str] = mapped_column(String(40))
    #: What kind of change that is.
    happening: Mapped[str] = mapped_column(String(12))
    #: Its first day.
    happened_on: Mapped[date]
    #: When it was done.
    done_at: Mapped[Instant]
    #: What was done, in numbers: ``{"cancelled": 2, "held": 1}``.
    counts: Mapped[Json]
