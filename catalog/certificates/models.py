"""Certificates, suspensions and imports.

What a certificate is worth on a day is read from the views `certificate_span` and `certificate_pause`
(suspensions and stops); `rules.py` says the same in Python. Verified facts never change: triggers of
migration 0002 hold that, and that two certificates of one product never govern the same day.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, column, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.products.models import Product
from core.db import Base, Instant, Json, Pk, Versioned

#: Who may issue: districts did until 2025, the ministry ("central") for five stars.
LEVELS = ("district", "province", "central")
#: The six grounds of Article 8 of Decision 26/2026/QĐ-TTg, a to e.
GROUNDS = ("forged", "criteria", "breach", "misuse", "stopped", "other")


class Certificate(Versioned, Base):
    """One product in one decision of recognition, with everything that later decisions did to it."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("product_id", "issuer", "decision_number", "decided_on"),
        CheckConstraint("stars BETWEEN 3 AND 5", name="stars_certify"),
        CheckConstraint("score_hundredths BETWEEN 0 AND 10000", name="score_in_range"),
        CheckConstraint("issuer_level IN ('district', 'province', 'central')", name="level_known"),
        CheckConstraint("valid_from >= decided_on", name="begins_with_decision"),
        CheckConstraint("valid_until >= valid_from", name="days_ordered"),
        CheckConstraint("extended_until IS NULL OR extended_until > valid_until", name="extension_later"),
        CheckConstraint("(extended_until IS NULL) = (extension_receipt IS NULL)", name="extension_has_receipt"),
        CheckConstraint(
            "(verified_at IS NULL) = (verified_on IS NULL) AND (verified_at IS NULL) = (verified_by IS NULL)",
            name="verification_whole",
        ),
        CheckConstraint("verified_by <> entered_by", name="two_persons"),
        CheckConstraint(
            "(revoked_on IS NULL) = (revocation_number IS NULL)"
            " AND (revoked_on IS NULL) = (revocation_ground IS NULL)"
            " AND (revoked_on IS NULL) = (revocation_authority IS NULL)"
            " AND (revoked_on IS NULL) = (revocation_recorded_at IS NULL)",
            name="revocation_whole",
        ),
        CheckConstraint("revoked_on IS NULL OR revoked_on >= decided_on", name="revoked_after_decision"),
        CheckConstraint("score_a_hundredths BETWEEN 0 AND 10000", name="score_a_in_range"),
        CheckConstraint("score_b_hundredths BETWEEN 0 AND 10000", name="score_b_in_range"),
        CheckConstraint("score_c_hundredths BETWEEN 0 AND 10000", name="score_c_in_range"),
        CheckConstraint("length(exception_reason) >= 20", name="exception_explained"),
        CheckConstraint("(exception_faults IS NULL) = (exception_reason IS NULL)", name="exception_whole"),
        CheckConstraint(
            "exception_faults IS NULL OR verified_at IS NULL OR is_exception_accepted", name="exception_accepted"
        ),
        Index(None, "product_id", "valid_from"),
        Index(None, "decision_number"),
    )

    id: Mapped[Pk]
    #: Public code, such as CN-7K3M9QXT; the address /chung-nhan/<code>.
    code: Mapped[str] = mapped_column(String(24))
    #: The product that the decision names.
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    #: 3, 4 or 5; fewer stars bring no certificate (Article 4.1.a).
    stars: Mapped[int]
    #: The council's average score in hundredths of a point (6925 is 69.25), where the decision tells it.
    score_hundredths: Mapped[int | None]
    #: Points of the sections A, B and C in hundredths, where the score sheet tells them.
    score_a_hundredths: Mapped[int | None]
    score_b_hundredths: Mapped[int | None]
    score_c_hundredths: Mapped[int | None]
    #: Number of the decision, as printed: "3981/QĐ-UBND".
    decision_number: Mapped[str] = mapped_column(String(60))
    #: Day of the decision.
    decided_on: Mapped[date]
    #: district, province or central.
    issuer_level: Mapped[str] = mapped_column(String(10))
    #: The authority as printed: "UBND tỉnh Lâm Đồng".
    issuer: Mapped[str] = mapped_column(String(160))
    #: First day.
    valid_from: Mapped[date]
    #: Last day, inclusive, as the decision says (never computed on import).
    valid_until: Mapped[date]
    #: Where the signed decision can be seen (an address or a file's name).
    document: Mapped[str | None] = mapped_column(String(300))
    #: The entry carries invented values: shown with "minh hoạ" wherever it appears.
    is_demo: Mapped[bool] = mapped_column(default=False)
    #: What the source did not tell and who filled it in; shown to the desks.
    note: Mapped[str] = mapped_column(Text, default="")

    #: Why it stands although it contradicts the rules of its day (law.py); empty: it contradicts nothing.
    exception_reason: Mapped[str | None] = mapped_column(Text)
    #: What it contradicted when it was entered: field, code, article and text of each fault.
    exception_faults: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
    )
    #: Whether the second person accepted that, when verifying.
    is_exception_accepted: Mapped[bool] = mapped_column(default=False)

    #: Who entered it; empty for an import from the command line.
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When it was entered.
    entered_at: Mapped[Instant]
    #: The second certifier; empty until verified, and until then it is worth nothing.
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When it was verified.
    verified_at: Mapped[Instant | None]
    #: The day in Việt Nam of verified_at: a late verification never reaches back.
    verified_on: Mapped[date | None]

    #: Last day under Article 12.3 while a late re-evaluation is pending; at most 180 days more.
    extended_until: Mapped[date | None]
    #: Number of the receipt for that dossier.
    extension_receipt: Mapped[str | None] = mapped_column(String(60))
    #: Last day before a newer certificate of the product takes over; empty: no limit.
    governs_until: Mapped[date | None]
    #: When governs_until was recorded: sales decided earlier keep this certificate.
    superseded_at: Mapped[Instant | None]

    #: First day on which it is worth nothing any more, by decision of revocation.
    revoked_on: Mapped[date | None]
    #: Number of that decision.
    revocation_number: Mapped[str | None] = mapped_column(String(60))
    #: One of GROUNDS.
    revocation_ground: Mapped[str | None] = mapped_column(String(10))
    #: Who revoked it, as printed.
    revocation_authority: Mapped[str | None] = mapped_column(String(160))
    #: When we recorded it: what was decided before then was decided in good faith (decision 5).
    revocation_recorded_at: Mapped[Instant | None]

    #: The last correction of a wrong entry; only with one may verified facts change.
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_correction.id", use_alter=True))

    #: When its beginning was told to the rest of the house.
    begun_recorded_at: Mapped[Instant | None]
    #: When its end (lapse, revocation or succession) was told to the rest of the house.
    lapsed_recorded_at: Mapped[Instant | None]

    product: Mapped[Product] = relationship()
    suspensions: Mapped[list["CertificateSuspension"]] = relationship(
        order_by="CertificateSuspension.from_on", lazy="selectin"
    )


class CertificateSuspension(Base):
    """Days on which a certificate stands still; the first and the last day count."""

    __tablename__ = "certificate_suspension"

    id: Mapped[Pk]
    #: The certificate.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: First day.
    from_on: Mapped[date]
    #: Last day; empty while open. A day before from_on means it was lifted on its first day.
    until_on: Mapped[date | None]
    #: Number of the decision.
    decision_number: Mapped[str] = mapped_column(String(60))
    #: Why, in the authority's words.
    ground: Mapped[str] = mapped_column(String(300))
    #: When we recorded it.
    recorded_at: Mapped[Instant]
    #: Who recorded it.
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When its beginning was told to the rest of the house.
    begun_recorded_at: Mapped[Instant | None]
    #: When its end was recorded, by a person who lifted it or by the clock after its last day.
    lifted_at: Mapped[Instant | None]
    #: Who lifted it.
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class CertificateImport(Base):
    """A file of one decision that was imported: the same file again does nothing."""

    __tablename__ = "certificate_import"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[Pk]
    #: SHA-256 in hex over the file and the decision it was imported under.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Name of the file.
    file_name: Mapped[str] = mapped_column(String(200))
    #: The decision, as given.
    decision_number: Mapped[str] = mapped_column(String(60))
    #: How many certificates were entered.
    entries: Mapped[int]
    #: Who imported it; empty for the command line.
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    #: When.
    imported_at: Mapped[Instant]


class CertificateCorrection(Base):
    """A wrong entry to be put right: a new version with its reason, once a second person agrees (case G5)."""

    __tablename__ = "certificate_correction"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("confirmed_at IS NULL OR settled_by <> proposed_by", name="two_persons"),
        CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (confirmed_at IS NULL OR settled_at IS NOT NULL)",
            name="settled_whole",
        ),
    )

    id: Mapped[Pk]
    #: Public code, such as DC-7K3M9QXT.
    code: Mapped[str] = mapped_column(String(24))
    #: The certificate.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    #: By field: what stood there, and what the paper says. Days as text.
    changes: Mapped[Json]
    #: Why the entry was wrong.
    reason: Mapped[str] = mapped_column(String(500))
    #: When it was proposed, and by whom.
    proposed_at: Mapped[Instant]
    proposed_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    #: When a second person agreed; empty when it waits or was declined.
    confirmed_at: Mapped[Instant | None]
    #: When it was agreed to, declined or taken back, and by whom.
    settled_at: Mapped[Instant | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    certificate: Mapped[Certificate] = relationship(foreign_keys=[certificate_id])


class CertificateVersion(Base):
    """What was known of a verified certificate from an instant on; append-only (knowledge.py)."""

    __tablename__ = "certificate_version"
    __table_args__ = (Index(None, "certificate_id", "recorded_at"),)

    #: Rises with time for each certificate: versions are written behind its product's lock.
    id: Mapped[Pk]
    #: The certificate.
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    #: What was done: verified, superseded, suspended, lifted, extended, revoked, corrected.
    act: Mapped[str] = mapped_column(String(16))
    #: Stars, decision, days and pauses as they were from then on.
    facts: Mapped[Json]
    #: From when this was known.
    recorded_at: Mapped[Instant]
    #: Who recorded it; empty for the system.
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


#: The view of migration 0002: verified certificates with the first and last day on which each governs
#: (suspensions apart). A span whose last day is before its first governs nothing.
SPAN = table(
    "certificate_span",
    column("certificate_id", Certificate.id.type),
    column("product_id", Certificate.product_id.type),
    column("stars", Certificate.stars.type),
    column("starts_on", Date()),
    column("ends_on", Date()),
)
#: The view of migration 0011: days on which a certificate sells nothing, by its own suspensions and by the stops of
#: its product or producer; first and last day inclusive, no last day: open.
PAUSE = table(
    "certificate_pause",
    column("certificate_id", Certificate.id.type),
    column("from_on", Date()),
    column("until_on", Date()),
)
