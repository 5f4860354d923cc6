"""Reviews, their history, reports, and the sums that lists read.

Triggers of migration 0019 guard what Python decides: a review stands on a line that was handed over, its order and
product never change, its steps only grow, and ``product_rating`` follows every change of what is shown.
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk, Versioned


class Review(Versioned, Base):
    """One buyer's opinion of one product of one order."""

    __tablename__ = "product_review"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("order_id", "product_id"),
        CheckConstraint("marks BETWEEN 1 AND 5", name="marks_in_range"),
        CheckConstraint("state IN ('shown', 'held', 'hidden', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'hidden') = (ground IS NOT NULL)", name="ground_when_hidden"),
        CheckConstraint("answer_state IN ('shown', 'held', 'hidden')", name="answer_state_known"),
        CheckConstraint("(answer IS NULL) = (answer_state IS NULL)", name="answer_whole"),
        Index(None, "product_id", "state", "written_at"),
        Index(None, "state", "written_at"),
    )

    id: Mapped[Pk]
    #: Public code, such as DG-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: The order that proves the purchase: the only way back to the buyer.
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"))
    #: Where it was bought.
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    #: Day of the sale; pages show its month.
    bought_on: Mapped[date]
    #: 1 (poor) to 5 (very good). A shopper's opinion, never an OCOP star.
    marks: Mapped[int]
    #: What she says; may be empty.
    words: Mapped[str] = mapped_column(Text, default="")
    #: How she wants to be called: ``initials``, ``full`` or ``none``.
    naming: Mapped[str] = mapped_column(String(10), default="initials")
    #: The name as shown, made from the order's by ``naming``; empty for none.
    shown_name: Mapped[str] = mapped_column(String(120), default="")
    #: ``shown``, ``held`` (waits for a person), ``hidden`` (by a ground of law) or ``withdrawn`` (by its writer).
    state: Mapped[str] = mapped_column(String(10))
    #: Codes of what made it wait, blank-separated; empty when nothing did.
    held_for: Mapped[str] = mapped_column(String(80), default="")
    #: Why it is hidden: one of ``rules.GROUNDS``.
    ground: Mapped[str | None] = mapped_column(String(16))
    #: The moderator's words to its writer.
    ground_note: Mapped[str] = mapped_column(String(300), default="")
    written_at: Mapped[Instant]
    #: Last change of marks or words by its writer.
    edited_at: Mapped[Instant | None]
    #: The producer's one answer.
    answer: Mapped[str | None] = mapped_column(Text)
    #: ``shown``, ``held`` or ``hidden``; null without an answer.
    answer_state: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[Instant | None]
    #: How often somebody reported it since a person last looked.
    reports: Mapped[int] = mapped_column(default=0)


class ReviewStep(Base):
    """What was done to a review. Append-only, but for the words, which a person may have taken away."""

    __tablename__ = "review_step"

    id: Mapped[Pk]
    review_id: Mapped[int] = mapped_column(ForeignKey("product_review.id"), index=True)
    at: Mapped[Instant]
    #: write, edit, withdraw, answer, hide, restore, forget.
    action: Mapped[str] = mapped_column(String(10))
    #: State after the step.
    state: Mapped[str] = mapped_column(String(10))
    #: Marks after it.
    marks: Mapped[int]
    #: The words that it brought: the writer's, the producer's; empty when it brought none or they were erased.
    words: Mapped[str] = mapped_column(Text, default="")
    #: What made it wait, the ground of hiding, the moderator's note.
    note: Mapped[str] = mapped_column(String(400), default="")
    #: "người mua" for its writer, never a name; the member of staff or producer otherwise.
    by_label: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class ReviewReport(Base):
    """Somebody thinks that a review breaks the law. Nothing of the reporter is kept."""

    __tablename__ = "review_report"

    id: Mapped[Pk]
    review_id: Mapped[int] = mapped_column(ForeignKey("product_review.id"), index=True)
    #: One of ``rules.GROUNDS``.
    ground: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[Instant]


class ReviewInvitation(Base):
    """An order whose buyer was asked once what she thinks."""

    __tablename__ = "review_invitation"

    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True)
    at: Mapped[Instant]


class ReviewSilence(Base):
    """Somebody who wants no more invitations: kept as a digest, which tells nobody who it is."""

    __tablename__ = "review_silence"

    #: Digest of the e-mail address.
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[Instant]


class ProductRating(Base):
    """How many shown reviews of a product gave how many marks. Kept by triggers; the doctor counts again."""

    __tablename__ = "product_rating"
    __table_args__ = (
        CheckConstraint(
            "marks_1 >= 0 AND marks_2 >= 0 AND marks_3 >= 0 AND marks_4 >= 0 AND marks_5 >= 0", name="not_negative"
        ),
    )

    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    marks_1: Mapped[int] = mapped_column(default=0)
    marks_2: Mapped[int] = mapped_column(default=0)
    marks_3: Mapped[int] = mapped_column(default=0)
    marks_4: Mapped[int] = mapped_column(default=0)
    marks_5: Mapped[int] = mapped_column(default=0)
