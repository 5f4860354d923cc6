"""Renewal dossiers, and the reminders that were sent. A reminder row is what makes it happen once."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.certificates.models import Certificate
from core.accounts.models import UserAccount
from core.db import Base, Instant, Pk, Versioned


class RenewalDossier(Versioned, Base):
    """A dossier for re-evaluation, known by the receipt that the authority gave for it."""

    __tablename__ = "renewal_dossier"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("certificate_id", "receipt_number"),
        CheckConstraint("complete_on IS NULL OR complete_on >= received_on", name="complete_after_receipt"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_at IS NOT NULL", name="confirmation_whole"),
        CheckConstraint("outcome IN ('renewed', 'refused', 'withdrawn')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name="outcome_has_day"),
        CheckConstraint(
            "(successor_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'renewed')", name="renewed_by"
        ),
        CheckConstraint("extends_until IS NULL OR confirmed_at IS NOT NULL", name="extends_when_confirmed"),
        Index(
            "uq_renewal_dossier_extends", "certificate_id", unique=True,
            sqlite_where=text("extends_until IS NOT NULL"), postgresql_where=text("extends_until IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Our own code, such as HL-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: The certificate that runs out.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: Number of the receipt, as the authority printed it.
    receipt_number: Mapped[str] = mapped_column(String(60))
    #: Day on which the authority received the dossier.
    received_on: Mapped[date]
    #: Who received it, as printed; empty when nobody said.
    authority: Mapped[str] = mapped_column(String(160), default="")
    #: Day on which the authority held it complete: the 45 days of Article 7.6.g run from here.
    complete_on: Mapped[date | None]
    #: What the desks should know.
    note: Mapped[str] = mapped_column(Text, default="")
    #: Who recorded it: a certifier, or the producer's own people.
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    filed_at: Mapped[Instant]
    #: The certifier who holds the receipt for true; empty while it is only the producer's word.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    confirmed_at: Mapped[Instant | None]
    #: renewed, refused or withdrawn; empty while it is pending.
    outcome: Mapped[str | None] = mapped_column(String(10))
    #: Day of that result.
    decided_on: Mapped[date | None]
    #: The certificate that it led to; its stars may be others.
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: Last day of the extension that rests on this receipt (Article 12.3); one dossier carries one.
    extends_until: Mapped[date | None]

    certificate: Mapped[Certificate] = relationship(foreign_keys=certificate_id)
    successor: Mapped[Certificate | None] = relationship(foreign_keys=successor_id)


class RenewalReminder(Base):
    """One step of one certificate told to one person: exactly once, by the unique key."""

    __tablename__ = "renewal_reminder"
    __table_args__ = (
        UniqueConstraint("certificate_id", "step", "user_id"),
        CheckConstraint("state IN ('sent', 'skipped')", name="state_known"),
        CheckConstraint("mailed_at IS NULL OR state = 'sent'", name="mailed_when_sent"),
        Index(None, "user_id", "made_at"),
    )

    id: Mapped[Pk]
    #: The certificate that runs out.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: Days from its last day: -180 … 0; 180 for the end of an extension.
    step: Mapped[int]
    #: Whom it was for.
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: In which part: ``producer:CT-…`` or ``store:kien-thuy``.
    place: Mapped[str] = mapped_column(String(80))
    #: The last day as it was known then.
    ends_on: Mapped[date]
    #: sent, or skipped since a later step was due before it could be told.
    state: Mapped[str] = mapped_column(String(8))
    #: When the row was made.
    made_at: Mapped[Instant]
    #: When its mail left; empty for people without an e-mail, who see it at the desk.
    mailed_at: Mapped[Instant | None]

    certificate: Mapped[Certificate] = relationship()
    user: Mapped[UserAccount] = relationship()
