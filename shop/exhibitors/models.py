"""Who comes to a fair and how: invitations, exhibitors from outside, scores, the history of an application, messages.

Blocks of delegations and shared booths stand in `shop.fairs.applying.joined`, below the bookings that read them.
"""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Instant, Json, Pk, Versioned
from shop.exhibitors.rules import OutsiderState

#: Points that a reviewer gives for one criterion.
MOST_POINTS: Final = 10


class FairInvitation(Versioned, Base):
    """An invitation to apply, by a link: to one producer, to somebody not known here yet, or to whoever has the link.

    The link is the code and the serial with a signature (`links`), so nothing secret is stored.
    """

    __tablename__ = "fair_invitation"
    __table_args__ = (
        CheckConstraint("uses_allowed BETWEEN 1 AND 1000", name="limit_sane"),
        CheckConstraint("uses BETWEEN 0 AND uses_allowed", name="uses_within_limit"),
        CheckConstraint("producer_id IS NULL OR uses_allowed = 1", name="named_is_single"),
    )

    id: Mapped[Pk]
    #: Public code: ``LM-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    #: The producer who is invited; empty: somebody not known here, or an open link.
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    #: Whoever comes by it belongs to this delegation.
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("fair_delegation.id"), index=True)
    #: Whom it is for, in the organizer's words.
    name: Mapped[str] = mapped_column(String(160))
    #: E-mail or telephone that the link is sent to; empty: the organizer hands it on herself.
    contact: Mapped[str | None] = mapped_column(String(254))
    note: Mapped[str] = mapped_column(String(500))
    #: How many applications may come by it, and how many have.
    uses_allowed: Mapped[int]
    uses: Mapped[int] = mapped_column(default=0)
    #: Last day on which it opens; it also opens a fair whose public days of application are over.
    until_on: Mapped[date]
    #: Rises when another link is made; earlier ones end.
    serial: Mapped[int] = mapped_column(default=1)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class FairApplicationImport(Base):
    """A file of applications that was taken in: the same file again does nothing."""

    __tablename__ = "fair_application_import"
    __table_args__ = (UniqueConstraint("fair_id", "sha256"),)

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    entries: Mapped[int]
    imported_by: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[Instant]


class FairOutsider(Versioned, Base):
    """An exhibitor whom the catalog does not know yet, with the papers of its products.

    A certifier enters it (producer, products, certificates), a second one verifies each certificate as any other;
    only then is there an application, dated when this was sent.
    """

    __tablename__ = "fair_outsider"
    __table_args__ = (
        CheckConstraint("state IN ('sent', 'entered', 'applied', 'refused', 'withdrawn')", name="state_known"),
        CheckConstraint("state <> 'applied' OR application_id IS NOT NULL", name="applied_has_application"),
        CheckConstraint("state NOT IN ('entered', 'applied') OR producer_id IS NOT NULL", name="entered_has_producer"),
        CheckConstraint("state <> 'refused' OR reason <> ''", name="refused_with_reason"),
        Index(None, "fair_id", "state"),
    )

    id: Mapped[Pk]
    #: Public code: ``KN-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("fair_invitation.id"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("fair_delegation.id"), index=True)
    #: One of ``OutsiderState``.
    state: Mapped[str] = mapped_column(String(10), default=OutsiderState.SENT)
    #: The exhibitor as its papers name it.
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24))
    tax_code: Mapped[str | None] = mapped_column(String(14))
    #: Its province (or commune) of today.
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    address: Mapped[str] = mapped_column(String(200))
    #: Whom to call.
    contact_name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(16))
    email: Mapped[str | None] = mapped_column(String(254))
    #: As `FairApplication.wishes`.
    wishes: Mapped[Json]
    is_conditional: Mapped[bool] = mapped_column(default=False)
    #: The link by which it follows its papers.
    serial: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[Instant]
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("producer.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("fair_application.id"), index=True)
    #: Why it was refused, or why it could not become an application.
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_at: Mapped[Instant | None]

    products: Mapped[list["FairOutsiderProduct"]] = relationship(
        order_by="FairOutsiderProduct.position", cascade="all, delete-orphan"
    )


class FairOutsiderProduct(Base):
    """A product from outside with what its decision says, and the decision itself as a document."""

    __tablename__ = "fair_outsider_product"
    __table_args__ = (
        UniqueConstraint("outsider_id", "position"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_certify"),
        CheckConstraint("valid_until >= valid_from AND valid_from >= decided_on", name="days_ordered"),
        CheckConstraint("(product_id IS NULL) = (certificate_id IS NULL)", name="entered_whole"),
    )

    id: Mapped[Pk]
    outsider_id: Mapped[int] = mapped_column(ForeignKey("fair_outsider.id"))
    #: From 1.
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    #: Number of its product set.
    set_no: Mapped[int]
    stars: Mapped[int]
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    #: ``district``, ``province`` or ``central``.
    issuer_level: Mapped[str] = mapped_column(String(10))
    issuer: Mapped[str] = mapped_column(String(160))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    #: The decision as it was sent.
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    #: Once entered.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)


class FairCriterion(Base):
    """What the applications to a fair are judged by."""

    __tablename__ = "fair_criterion"
    __table_args__ = (
        UniqueConstraint("fair_id", "position"),
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight_sane"),
    )

    id: Mapped[Pk]
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    #: How much it counts beside the others.
    weight: Mapped[int]


class FairScore(Base):
    """What one reviewer thinks of one application by one criterion."""

    __tablename__ = "fair_score"
    __table_args__ = (CheckConstraint("points BETWEEN 0 AND 10", name="points_in_range"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("fair_criterion.id"), primary_key=True, index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    points: Mapped[int]
    at: Mapped[Instant]


class FairReview(Base):
    """What one reviewer wrote about one application."""

    __tablename__ = "fair_review"

    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(String(1000))
    at: Mapped[Instant]


class FairApplicationStep(Base):
    """One thing that happened to an application. Append-only (trigger of migration 0043)."""

    __tablename__ = "fair_application_step"

    id: Mapped[Pk]
    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), index=True)
    #: One of ``rules.ACTS``.
    act: Mapped[str] = mapped_column(String(24))
    #: What belongs to it: a booth, a deadline, the organizer's words.
    detail: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[Instant]


class FairMessage(Base):
    """What an organizer told many of a fair's applicants at once."""

    __tablename__ = "fair_message"

    id: Mapped[Pk]
    #: Public code: ``TB-7K3M9QXT``.
    code: Mapped[str] = mapped_column(String(20), unique=True)
    fair_id: Mapped[int] = mapped_column(ForeignKey("fair.id"), index=True)
    subject: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(Text)
    #: An advertisement (another fair, an offer) goes only to those who agreed (NĐ 91/2020/NĐ-CP).
    is_advertising: Mapped[bool] = mapped_column(default=False)
    #: By which filter its readers were found, as chosen.
    audience: Mapped[Json]
    sent_by: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[Instant]


class FairMessageReader(Base):
    """An application that a message went to."""

    __tablename__ = "fair_message_reader"

    message_id: Mapped[int] = mapped_column(ForeignKey("fair_message.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("fair_application.id"), primary_key=True, index=True)


class FairNews(Base):
    """Whether a producer wants to hear of other fairs: agreed once, refused whenever she likes."""

    __tablename__ = "fair_news"
    __table_args__ = (CheckConstraint("agreed_at IS NOT NULL OR refused_at IS NOT NULL", name="said_something"),)

    producer_id: Mapped[int] = mapped_column(ForeignKey("producer.id"), primary_key=True)
    agreed_at: Mapped[Instant | None]
    refused_at: Mapped[Instant | None]
