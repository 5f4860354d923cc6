"""Documents and their bytes.

They lie in the database: every machine sees the same, and one backup holds everything. A document never changes
and is never deleted (triggers of migration 0011); a wrong one is withdrawn with a reason.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Pk

#: What a document may be.
KINDS = ("decision", "declaration", "safety", "test", "order", "complaint", "other")
#: What only the desks may keep.
OFFICIAL = frozenset({"decision", "order"})
STANDING = "withdrawn_at IS NULL"


class Document(Base):
    """One file about one subject."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint(
            "kind IN ('decision', 'declaration', 'safety', 'test', 'order', 'complaint', 'other')", name="kind_known"
        ),
        CheckConstraint("media_type IN ('application/pdf', 'image/jpeg', 'image/png')", name="type_known"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)",
            name="withdrawal_whole",
        ),
        Index(
            "uq_document_standing",
            "subject",
            "sent_sha256",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )

    id: Mapped[Pk]
    #: Public code, such as TL-7K3M9QXT; the address /tai-lieu/<code>.
    code: Mapped[str] = mapped_column(String(24))
    #: What it is about: "certificate:CN-…", "product:SP-…", "producer:CT-…", "stop:LG-…".
    subject: Mapped[str] = mapped_column(String(60), index=True)
    #: One of KINDS.
    kind: Mapped[str] = mapped_column(String(12))
    #: Name as the person gave it, cleaned; its ending follows the content.
    file_name: Mapped[str] = mapped_column(String(120))
    #: Told by the content: application/pdf, image/jpeg or image/png.
    media_type: Mapped[str] = mapped_column(String(20))
    #: Bytes kept.
    size: Mapped[int]
    #: SHA-256 in hex of what is kept; its ETag.
    sha256: Mapped[str] = mapped_column(String(64))
    #: SHA-256 in hex of what the person sent, before pictures were written anew.
    sent_sha256: Mapped[str] = mapped_column(String(64))
    #: The bytes; read only when they are served.
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: A certifier said that anybody may see it.
    is_public: Mapped[bool] = mapped_column(default=False)
    #: Who sent it.
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    uploaded_at: Mapped[Instant]
    #: When it was withdrawn, why and by whom.
    withdrawn_at: Mapped[Instant | None]
    withdrawn_reason: Mapped[str | None] = mapped_column(String(300))
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
