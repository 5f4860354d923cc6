"""Files of the registry that were brought in: who brought them, and which second person confirmed them."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk

#: waiting: its certificates need a second person; confirmed; rejected; done: it brought no certificate.
STATES = ("waiting", "confirmed", "rejected", "done")
_STANDING = text("state <> 'rejected'")


class RegistryImport(Base):
    """One file. Its producers and products are written at once; its certificates only when it is confirmed."""

    __tablename__ = "registry_import"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("state IN ('waiting', 'confirmed', 'rejected', 'done')", name="state_known"),
        CheckConstraint("state <> 'confirmed' OR settled_by <> imported_by", name="two_persons"),
        CheckConstraint("(state IN ('confirmed', 'rejected')) = (settled_at IS NOT NULL)", name="settled_whole"),
        Index("uq_registry_import_standing", "sha256", unique=True, sqlite_where=_STANDING,
              postgresql_where=_STANDING),
        Index(None, "state", "id"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code, such as SDK-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: SHA-256 in hex of the file; the second person types its beginning, or sends a copy of her own.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Name of the file.
    file_name: Mapped[str] = mapped_column(String(200))
    #: One of STATES.
    state: Mapped[str] = mapped_column(String(10))
    #: What was new or changed by count, and `warnings`: what a person should look at.
    summary: Mapped[Json]
    #: The certificates that the file brought, as the format writes them, under `certificates`.
    body: Mapped[Json]
    #: Who brought it in; empty for the command line.
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    imported_at: Mapped[Instant]
    #: The second person, or who took it back.
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    settled_at: Mapped[Instant | None]

    @property
    def records(self) -> list[dict[str, Any]]:
        """The certificates that it brought."""
        return self.body["certificates"]
