"""The outbox's table: one row per reaction still to run, written in the transaction of its cause."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk


class OutboxRow(Base):
    """One promise to run one reaction. Kept after it is done, until tidied."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "done_at", "due_at", "id"),)

    #: Rises with time; readers of a sequence may rely on it per subject.
    id: Mapped[Pk]
    #: ``module.function:Event``.
    reaction: Mapped[str] = mapped_column(Text)
    #: The event's fields.
    payload: Mapped[Json]
    #: When the cause was committed (its decision instant).
    created_at: Mapped[Instant]
    #: Not before this instant; moved on after each failure.
    due_at: Mapped[Instant]
    #: Tries so far.
    attempts: Mapped[int]
    #: While a worker has it: nobody else takes it before this instant.
    leased_until: Mapped[Instant | None]
    #: Set when the reaction has succeeded.
    done_at: Mapped[Instant | None]
    #: The last failure, for the desk.
    last_error: Mapped[str | None] = mapped_column(Text)
