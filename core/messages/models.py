"""What was sent to whom, without its words: staff see that a message went, never the secret in it."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk

SENT: Final = "sent"
#: The way out was shut; tried again.
FAILED: Final = "failed"
#: The other side will never take it: no such address, a line break in it.
REFUSED: Final = "refused"
#: No e-mail, and either a kind that is not told by SMS or no gateway.
UNREACHABLE: Final = "unreachable"
OUTCOMES = (SENT, FAILED, REFUSED, UNREACHABLE)

MAIL: Final = "mail"
SMS: Final = "sms"
NONE: Final = "none"


class MessageSent(Base):
    """One message to one person; its key is the same however often it was tried."""

    __tablename__ = "message_sent"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint("channel IN ('mail', 'sms', 'none')", name="channel_known"),
        CheckConstraint("outcome IN ('sent', 'failed', 'refused', 'unreachable')", name="outcome_known"),
        CheckConstraint("(channel = 'none') = (outcome = 'unreachable')", name="unreachable_without_channel"),
        CheckConstraint("attempts > 0", name="tried"),
        Index(None, "about", "id"),
    )

    id: Mapped[Pk]
    #: Of its cause, such as ``order-placed:DH-7K3M9QXT``: unique, made by the sender.
    key: Mapped[str] = mapped_column(String(200))
    #: Registered name of the kind.
    kind: Mapped[str] = mapped_column(String(60))
    #: ``kind:code`` of what it is about: an order, an account; '' for nothing that is kept.
    about: Mapped[str] = mapped_column(String(120), default="")
    #: mail, sms, or none.
    channel: Mapped[str] = mapped_column(String(4))
    #: Masked, as its owner recognises it.
    recipient: Mapped[str] = mapped_column(String(254))
    locale: Mapped[str] = mapped_column(String(5))
    #: sent, failed, refused, unreachable.
    outcome: Mapped[str] = mapped_column(String(12))
    #: Class of the last failure and the other side's number, never an address.
    error: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[Instant] = mapped_column(index=True)
    #: The last try.
    at: Mapped[Instant]
