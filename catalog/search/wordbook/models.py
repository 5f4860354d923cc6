"""What the desk has set: groups of its own, and base groups that it switched.

Triggers tell the feed of each change (topic synonym, migration 0021).
"""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from catalog.search.words import Group
from core.db import Base, Instant, Pk, Versioned


class SearchSynonym(Versioned, Base):
    """A group of writings that mean the same, or the switch of a base group."""

    __tablename__ = "search_synonym"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("base_key"),
    )

    id: Mapped[Pk]
    #: TN-7K3M9QXT, or GOC-… for a base group.
    code: Mapped[str] = mapped_column(String(24))
    #: The line of the base group that this row switches; null for a group of the desk's own.
    base_key: Mapped[str | None] = mapped_column(String(400))
    #: The writings, lower case with their marks, parted by |.
    writings: Mapped[str] = mapped_column(Text)
    #: Whether only the first finds the others, and not the others the first.
    is_one_way: Mapped[bool] = mapped_column(default=False)
    #: Whether searches use it.
    is_active: Mapped[bool] = mapped_column(default=True)
    #: Why it is here, for whoever looks after the words next.
    note: Mapped[str] = mapped_column(String(300), default="")
    changed_at: Mapped[Instant]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    changed_by_label: Mapped[str] = mapped_column(String(200))

    @property
    def group(self) -> Group:
        """The writings as search takes them."""
        return Group(tuple(self.writings.split("|")), self.is_one_way)
