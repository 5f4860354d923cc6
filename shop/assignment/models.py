"""Questions that were asked, their answers, and what the organizer pinned by hand. What was applied stays as it was."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned
from shop.assignment.rules import RunState


class FairAssignment(Versioned, Base):
    """One question about a fair with its answer: kept whole, so that it can be asked and explained again."""

    __tablename__ = "fair_assignment"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'ready', 'failed', 'applied', 'dropped')", name="state_known"),
        CheckConstraint("state NOT IN ('ready', 'applied') OR answered_at IS NOT NULL", name="answered_has_instant"),
        CheckConstraint("(state = 'applied') = (applied_at IS NOT NULL)", name="applied_has_instant"),
        Index(None, "fair_id", "state"),
    )

    id: Mapped[Pk]
    #: Public code: ``XG-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    #: See `rules.RunState`.
    state: Mapped[str] = mapped_column(String(10), default=RunState.WAITING)
    #: Digest of the whole question; the same one, the same answer.
    digest: Mapped[str] = mapped_column(String(64))
    #: Digest of the question without pins by hand: as long as it holds, an answer may be applied.
    ground: Mapped[str] = mapped_column(String(64))
    #: As `problem.document_of` writes it; pins that are bookings are listed under ``held``.
    question: Mapped[Json]
    #: What the solver found: exhibitor to booths, by code. Empty until then.
    solved: Mapped[Json]
    #: The same with what the organizer moved by hand since.
    plan: Mapped[Json]
    #: Score, bound and first come first served, as `service.figures_document` writes them.
    figures: Mapped[Json]
    #: What the answer took, in milliseconds of the processor.
    cpu_ms: Mapped[int | None]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[Instant]
    answered_at: Mapped[Instant | None]
    applied_by: Mapped[str | None] = mapped_column(String(200))
    applied_at: Mapped[Instant | None]


class BoothPin(Base):
    """A booth that the organizer keeps for one exhibitor: every answer to come respects it."""

    __tablename__ = "booth_pin"

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id"), unique=True)
    #: Of the same fair (trigger of 0044).
    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), index=True)
    pinned_by: Mapped[str] = mapped_column(String(200))
    pinned_at: Mapped[Instant]
