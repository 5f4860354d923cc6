"""Decisions over many products, their lines, and files that wait for one.

A decision is worth nothing until a second person has confirmed it; its certificates are made, or ended, in the
transaction of that confirmation, and only then do its lines name them.
"""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Instant, Json, Pk, Versioned

RECOGNITION: Final = "recognition"
REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"
KINDS = (RECOGNITION, REVOCATION, SUSPENSION)

ENTERED: Final = "entered"
CONFIRMED: Final = "confirmed"
DISCARDED: Final = "discarded"
STATES = (ENTERED, CONFIRMED, DISCARDED)

_NOT_DISCARDED = text("state <> 'discarded'")


class Decision(Versioned, Base):
    """One decision on paper, with everything it does to products."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("kind IN ('recognition', 'revocation', 'suspension')", name="kind_known"),
        CheckConstraint("state IN ('entered', 'confirmed', 'discarded')", name="state_known"),
        CheckConstraint("issuer_level IN ('district', 'province', 'central')", name="level_known"),
        CheckConstraint("(kind = 'recognition') = (effective_on IS NULL)", name="ending_has_its_day"),
        CheckConstraint("(kind = 'recognition') = (ground IS NULL)", name="ending_has_its_ground"),
        CheckConstraint("until_on IS NULL OR until_on >= effective_on", name="days_ordered"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at_an_instant"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed_by_a_person"),
        CheckConstraint("confirmed_by <> entered_by", name="two_persons"),
        Index("uq_decision_sha256", "sha256", unique=True, sqlite_where=_NOT_DISCARDED,
              postgresql_where=_NOT_DISCARDED),
        Index(None, "state", "id"),
        Index(None, "number"),
    )  # fmt: skip

    id: Mapped[Pk]
    #: Public code, such as QD-7K3M9QXT; the address /quan-ly/quyet-dinh/<code>.
    code: Mapped[str] = mapped_column(String(24))
    #: recognition, revocation or suspension.
    kind: Mapped[str] = mapped_column(String(12))
    #: Number as printed: "3981/QĐ-UBND".
    number: Mapped[str] = mapped_column(String(60))
    #: Day of the decision.
    decided_on: Mapped[date]
    #: district, province or central.
    issuer_level: Mapped[str] = mapped_column(String(10))
    #: The authority as printed.
    issuer: Mapped[str] = mapped_column(String(160))
    #: Why it ends or stops certificates: one of GROUNDS for a revocation, words for a suspension.
    ground: Mapped[str | None] = mapped_column(String(300))
    #: First day without, for a revocation or suspension.
    effective_on: Mapped[date | None]
    #: Last day of a suspension; empty: until it is lifted.
    until_on: Mapped[date | None]
    #: Number of the earlier decision whose governing certificates it ends, where it names no products.
    revokes: Mapped[str | None] = mapped_column(String(60))
    #: Where the signed decision can be seen.
    document: Mapped[str | None] = mapped_column(String(300))
    #: Carries invented values: shown with "minh hoạ".
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: SHA-256 over all of the above and the lines: the same again is the same decision.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Name of the file it came in; empty for pasted text and the API.
    file_name: Mapped[str] = mapped_column(String(200), default="")
    #: entered, confirmed or discarded.
    state: Mapped[str] = mapped_column(String(10), default=ENTERED)
    #: Who entered it; empty for the system.
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    entered_at: Mapped[Instant]
    #: The second certifier.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When it was applied.
    confirmed_at: Mapped[Instant | None]


class DecisionLine(Base):
    """One product of a decision, as its line says."""

    __tablename__ = "decision_line"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)

    id: Mapped[Pk]
    #: The decision.
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    #: Its line in the file, as a person counts them.
    number: Mapped[int]
    #: What the line says, by column, as plain values.
    cells: Mapped[Json]
    #: The certificate it made or ended; empty until confirmed.
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: What it did in a word (rules.ACTS); empty until confirmed.
    act: Mapped[str | None] = mapped_column(String(16))


class Upload(Base):
    """A file that waits between a trial and its entry; in the database, since the next request may reach
    another machine.
    """

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("owner_id", "sha256"),)

    id: Mapped[Pk]
    #: Who sent it; nobody else may take it up.
    owner_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: SHA-256 of the content in hex: its key.
    sha256: Mapped[str] = mapped_column(String(64))
    #: The content, at most a table's largest size.
    data: Mapped[bytes] = mapped_column(LargeBinary)
    #: When it was sent (last).
    kept_at: Mapped[Instant] = mapped_column(index=True)
