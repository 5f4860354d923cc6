"""What was known when, and corrections of verified entries.

`certificate_version` keeps, append-only, what each certificate was known to say from an instant on. A verified
fact may change only through a correction that a second person has confirmed: the guard of migration 0002 is
replaced by one that asks for it. Certificates that stand already get the versions that their own columns tell.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0005_knowledge"
down_revision = "0004_fairs"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")

#: Who entered and verified what for which product: never changes, not even by a correction.
IDENTITY = ("code", "product_id", "is_demo", "entered_by", "entered_at", "verified_by", "verified_at", "verified_on")
#: What the decision says: changes by a confirmed correction only.
FACTS = (
    "stars",
    "score_hundredths",
    "decision_number",
    "decided_on",
    "issuer_level",
    "issuer",
    "valid_from",
    "valid_until",
)
CONFIRMED = """EXISTS (SELECT 1 FROM certificate_correction c
    WHERE c.id = NEW.correction_id AND c.certificate_id = NEW.id AND c.confirmed_at IS NOT NULL)"""
SQLITE_FIXED = """
CREATE TRIGGER certificate_verified_fixed BEFORE UPDATE ON certificate
WHEN OLD.verified_at IS NOT NULL AND ({identity} OR (({facts}) AND NOT (
    NEW.correction_id IS NOT NULL AND NEW.correction_id IS NOT OLD.correction_id AND {confirmed})))
BEGIN SELECT RAISE(ABORT, 'certificate_verified_fixed'); END
"""
POSTGRES_FIXED = """
CREATE FUNCTION certificate_verified_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {identity} OR (({facts}) AND NOT (
      NEW.correction_id IS NOT NULL AND NEW.correction_id IS DISTINCT FROM OLD.correction_id AND {confirmed}))
  THEN RAISE EXCEPTION 'certificate_verified_fixed'; END IF;
  RETURN NEW;
END $$
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER certificate_verified_fixed BEFORE UPDATE ON certificate FOR EACH ROW
WHEN (OLD.verified_at IS NOT NULL) EXECUTE FUNCTION certificate_verified_fixed()
"""
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
KEPT = (
    ("version_fixed", "UPDATE", "certificate_version", "OLD.id IS NOT NULL"),
    ("version_kept", "DELETE", "certificate_version", "OLD.id IS NOT NULL"),
    ("correction_kept", "DELETE", "certificate_correction", "OLD.id IS NOT NULL"),
    ("correction_settled", "UPDATE", "certificate_correction", "OLD.settled_at IS NOT NULL"),
)


def upgrade() -> None:
    """Make both tables, change the guard, write what is known already."""
    create_tables()
    dialect = op.get_bind().dialect.name
    # Plain SQL: to Alembic a key on SQLite means a copied table, and `certificate` carries triggers and a view.
    kind = "BIGINT" if dialect == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE certificate ADD COLUMN correction_id {kind}"
        " CONSTRAINT fk_certificate_correction_id_certificate_correction REFERENCES certificate_correction (id)"
    )
    guard(dialect)
    for name, verb, table, when in KEPT:
        template = POSTGRES_KEPT if dialect == "postgresql" else SQLITE_KEPT
        op.execute(template.format(name=name, verb=verb, table=table, when=when))
    remember_all()


def downgrade() -> None:
    """Back to facts that never change at all."""
    dialect = op.get_bind().dialect.name
    drop_fixed(dialect)
    if dialect == "postgresql":
        op.execute("DROP FUNCTION certificate_verified_fixed()")
    op.execute("ALTER TABLE certificate DROP COLUMN correction_id")
    op.drop_table("certificate_version")
    op.drop_table("certificate_correction")
    changed = differing((*IDENTITY, *FACTS), dialect)
    template = POSTGRES_KEPT if dialect == "postgresql" else SQLITE_KEPT
    when = f"OLD.verified_at IS NOT NULL AND ({changed})"
    op.execute(template.format(name="certificate_verified_fixed", verb="UPDATE", table="certificate", when=when))


def create_tables() -> None:
    """Corrections and versions."""
    op.create_table(
        "certificate_correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", KEY, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR settled_by <> proposed_by", name="ck_certificate_correction_two_persons"
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL) AND (confirmed_at IS NULL OR settled_at IS NOT NULL)",
            name="ck_certificate_correction_settled_whole",
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_certificate_correction_certificate_id_certificate"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name="fk_certificate_correction_proposed_by_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["user_account.id"], name="fk_certificate_correction_settled_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_correction"),
        sa.UniqueConstraint("code", name="uq_certificate_correction_code"),
    )
    op.create_index("ix_certificate_correction_certificate_id", "certificate_correction", ["certificate_id"])
    op.create_table(
        "certificate_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_certificate_version_certificate_id_certificate"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name="fk_certificate_version_recorded_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_version"),
    )
    op.create_index("ix_certificate_version_certificate_id", "certificate_version", ["certificate_id", "recorded_at"])


def guard(dialect: str) -> None:
    """Verified facts change by a confirmed correction only."""
    drop_fixed(dialect)
    parts = {
        "identity": f"({differing(IDENTITY, dialect)})",
        "facts": differing(FACTS, dialect),
        "confirmed": CONFIRMED,
    }
    if dialect == "sqlite":
        op.execute(SQLITE_FIXED.format(**parts))
        return
    op.execute(POSTGRES_FIXED.format(**parts))
    op.execute(POSTGRES_TRIGGER)


def drop_fixed(dialect: str) -> None:
    op.execute("DROP TRIGGER certificate_verified_fixed" + (" ON certificate" if dialect == "postgresql" else ""))


def differing(fields: tuple[str, ...], dialect: str) -> str:
    """Whether any of the fields changes."""
    is_other = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"NEW.{field} {is_other} OLD.{field}" for field in fields)


def remember_all() -> None:
    """One version for each step that a certificate's own columns and suspensions still tell."""
    bind = op.get_bind()
    metadata = sa.MetaData()
    certificate = sa.Table("certificate", metadata, autoload_with=bind)
    suspension = sa.Table("certificate_suspension", metadata, autoload_with=bind)
    audit = sa.Table("audit_entry", metadata, autoload_with=bind)
    version = sa.Table("certificate_version", metadata, autoload_with=bind)
    extended = dict(
        bind.execute(sa.select(audit.c.subject, audit.c.at).where(audit.c.action == "certificate.extended")).all()
    )
    pauses: dict[int, list[sa.Row]] = {}
    for row in bind.execute(sa.select(suspension).order_by(suspension.c.from_on)):
        pauses.setdefault(row.certificate_id, []).append(row)
    for row in bind.execute(sa.select(certificate).where(certificate.c.verified_at.is_not(None))).all():
        steps = history(row, pauses.get(row.id, []), extended.get(f"certificate:{row.code}"))
        written = [
            {"certificate_id": row.id, "act": act, "facts": facts, "recorded_at": at, "recorded_by": by}
            for at, act, by, facts in steps
        ]
        bind.execute(sa.insert(version), written)


def history(row: sa.Row, pauses: list[sa.Row], extended_at: object) -> list[tuple]:
    """The steps of one certificate in the order in which they were recorded, each with all that was known by then."""
    days = ("valid_from", "valid_until", "decided_on", "verified_on")
    known = {"stars": row.stars, "score_hundredths": row.score_hundredths, "issuer": row.issuer}
    known |= {"decision_number": row.decision_number, "issuer_level": row.issuer_level}
    known |= {day: text(getattr(row, day)) for day in days}
    known |= {"extended_until": None, "governs_until": None, "revoked_on": None, "pauses": []}
    news = [(row.verified_at, "verified", row.verified_by, {})]
    if row.extended_until:
        at = extended_at or row.verified_at
        news.append((at, "extended", None, {"extended_until": text(row.extended_until)}))
    if row.governs_until:
        at = row.superseded_at or row.verified_at
        news.append((at, "superseded", None, {"governs_until": text(row.governs_until)}))
    for place, pause in enumerate(pauses):
        until = [[text(p.from_on), text(p.until_on)] for p in pauses[: place + 1]]
        news.append((pause.recorded_at, "suspended", pause.recorded_by, {"pauses": until}))
    if row.revoked_on:
        news.append((row.revocation_recorded_at, "revoked", None, {"revoked_on": text(row.revoked_on)}))
    steps = []
    for at, act, by, changes in sorted(news, key=lambda one: one[0]):
        known = json.loads(json.dumps(known | changes))
        steps.append((at, act, by, known))
    return steps


def text(day: object) -> str | None:
    return str(day) if day is not None else None
