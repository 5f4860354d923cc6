"""Who waits for which product. The contact is there for one message, and gone after it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk


class Wait(Base):
    """One person's wish to be told once when one product can be bought again."""

    __tablename__ = "waiting_ask"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("contact", "product_id"),
        CheckConstraint(
            "state IN ('unconfirmed', 'waiting', 'telling', 'to_call', 'told', 'withdrawn', 'expired')",
            name="state_known",
        ),
        CheckConstraint("reason IN ('sold_out', 'closed')", name="reason_known"),
        CheckConstraint(
            "(contact IS NOT NULL) = (state IN ('unconfirmed', 'waiting', 'telling', 'to_call'))",
            name="contact_only_while_needed",
        ),
        CheckConstraint("(state IN ('telling', 'to_call', 'told')) = (due_at IS NOT NULL)", name="due_when_told"),
        Index(None, "product_id", "state"),
        Index(None, "state", "expires_at"),
    )

    id: Mapped[Pk]
    #: Public half of its address; the other half is a signature of this machine's secret.
    code: Mapped[str] = mapped_column(String(24))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: One pack of it; null for any.
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"), index=True)
    #: One store; null for any.
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"), index=True)
    #: E-mail (lower case) or phone (E.164); emptied as soon as the wish is over.
    contact: Mapped[str | None] = mapped_column(String(254))
    #: The account that asked by one press; emptied with the contact.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    #: Why it could not be bought then: ``sold_out``, or ``closed`` (no certificate that counts).
    reason: Mapped[str] = mapped_column(String(10))
    #: unconfirmed, waiting, telling (a mail is on its way), to_call (a store telephones), told, withdrawn, expired.
    state: Mapped[str] = mapped_column(String(12))
    #: Language of the mail.
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    #: Which wording of the consent was agreed to.
    consent: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[Instant]
    #: Forgotten at this instant, told or not.
    expires_at: Mapped[Instant]
    #: When its turn came: what the next turns are counted from.
    due_at: Mapped[Instant | None] = mapped_column(index=True)
    ended_at: Mapped[Instant | None]
