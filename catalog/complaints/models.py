"""Complaints and what was done about them, step by step; steps are append-only (triggers of migration 0011)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.products.models import Product
from core.db import Base, Instant, Pk, Versioned

TOPICS = ("quality", "label", "safety", "seller", "other")
STATES = ("received", "examining", "answered", "closed")


class Complaint(Versioned, Base):
    """What somebody complained of."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("token"),
        CheckConstraint("topic IN ('quality', 'label', 'safety', 'seller', 'other')", name="topic_known"),
        CheckConstraint("state IN ('received', 'examining', 'answered', 'closed')", name="state_known"),
        Index(None, "state", "due_on"),
    )

    id: Mapped[Pk]
    #: Public code, such as KN-7K3M9QXT: said on the telephone.
    code: Mapped[str] = mapped_column(String(24))
    #: The product it is about, where it is one of ours.
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    #: What it is about in the complainer's words, or the code that led here.
    about: Mapped[str] = mapped_column(String(200))
    #: One of TOPICS.
    topic: Mapped[str] = mapped_column(String(12))
    #: What happened.
    words: Mapped[str] = mapped_column(Text)
    #: Who complains, and a phone number or an address to answer to; both may be empty.
    name: Mapped[str] = mapped_column(String(120), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    #: One of STATES.
    state: Mapped[str] = mapped_column(String(12), default="received")
    received_at: Mapped[Instant]
    #: Last day for an answer.
    due_on: Mapped[date]
    #: Digest of the secret in the complainer's own address of it.
    token: Mapped[str] = mapped_column(String(64))

    product: Mapped[Product | None] = relationship(lazy="joined")


class ComplaintStep(Base):
    """One line of its log."""

    __tablename__ = "complaint_step"

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    #: The state from then on.
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text)
    #: Whether the complainer reads it too.
    is_public: Mapped[bool] = mapped_column(default=False)
    at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by_label: Mapped[str] = mapped_column(String(200))
