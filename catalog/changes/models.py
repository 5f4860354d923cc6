"""Requests to change what is on sale, and what became of each field.

The approved words stay on sale until somebody else than the proposer approves others. What was decided never changes
and nothing is deleted (triggers of migration 0018).
"""

from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Instant, Pk, Versioned

#: Kinds: an edit of a live listing, field by field; or a whole new listing, handed in by its producer.
EDIT: Final = "edit"
LISTING: Final = "listing"

OPEN: Final = "open"
APPROVED: Final = "approved"
#: Some fields approved, others rejected.
PARTLY: Final = "partly"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"

_OPEN = text("state = 'open'")
_Value = JSON().with_variant(JSONB, "postgresql")


class ChangeRequest(Versioned, Base):
    """What one listing's producer wants decided: at most one is open at a time."""

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint("kind IN ('edit', 'listing')", name="kind_known"),
        CheckConstraint("state IN ('open', 'approved', 'partly', 'rejected', 'withdrawn')", name="state_known"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        CheckConstraint("state NOT IN ('rejected', 'partly') OR length(reason) > 0", name="rejection_explained"),
        Index("uq_change_request_open", "listing_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "state", "proposed_at"),
        Index(None, "listing_id"),
    )

    id: Mapped[Pk]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    #: edit or listing.
    kind: Mapped[str] = mapped_column(String(8), default=EDIT)
    #: open, approved, partly, rejected or withdrawn.
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    #: When it was first handed in, and by whom; `proposed_label` as printed then.
    proposed_at: Mapped[Instant]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_label: Mapped[str] = mapped_column(String(200))
    #: The producer for whom somebody else acted.
    on_behalf_of: Mapped[str | None] = mapped_column(String(200))
    #: When it was last added to.
    touched_at: Mapped[Instant]
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_label: Mapped[str] = mapped_column(String(200), default="")
    #: Why something was refused: the proposer reads it.
    reason: Mapped[str] = mapped_column(Text, default="")

    fields: Mapped[list["ChangedField"]] = relationship(back_populates="request", order_by="ChangedField.id")


class ChangedField(Base):
    """One field of a request: what stood there, what is wanted, what became of it."""

    __tablename__ = "change_field"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'rejected', 'withdrawn')", name="state_known"),
        CheckConstraint("state <> 'rejected' OR length(reason) > 0", name="rejection_explained"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        Index("uq_change_field_open", "request_id", "field", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(None, "request_id"),
    )

    id: Mapped[Pk]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    #: ``story``; ``sku:CODE:label`` of a pack; ``sku:CODE`` for a new pack as a whole; ``photo:CODE`` for a photo.
    field: Mapped[str] = mapped_column(String(120))
    #: The live value when it was proposed, and the wanted one, as the API writes them; null where there is none.
    before: Mapped[Any] = mapped_column(_Value, nullable=True)
    after: Mapped[Any] = mapped_column(_Value, nullable=True)
    #: Version of the listing or pack that it was proposed against; 0 for what is new.
    seen_version: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    proposed_at: Mapped[Instant]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_label: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[Instant | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_label: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    request: Mapped[ChangeRequest] = relationship(back_populates="fields")
