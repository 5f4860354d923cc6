"""Renewal dossiers, reminders, targets."""

import sqlalchemy as sa
from alembic import op

revision = "0009_renewals"
down_revision = "0008_consequences"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

#: What a revocation said is said once; so is an extension, but the answer to its dossier may end it sooner.
ONCE = ("revoked_on", "revocation_number", "revocation_ground", "revocation_authority", "revocation_recorded_at")
EXTENSION = ("extended_until", "extension_receipt")
SHORTER = """
    OR (OLD.extended_until IS NOT NULL AND NEW.extended_until > OLD.extended_until)
    OR (OLD.extension_receipt IS NOT NULL AND NEW.extension_receipt <> OLD.extension_receipt)
"""
SQLITE_ONCE = """
CREATE TRIGGER certificate_ended_once BEFORE UPDATE ON certificate WHEN {when}
BEGIN SELECT RAISE(ABORT, 'certificate_ended_once'); END
"""
POSTGRES_ONCE = """
CREATE TRIGGER certificate_ended_once BEFORE UPDATE ON certificate FOR EACH ROW
WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""


def upgrade() -> None:
    """Make the tables."""
    create_dossiers()
    create_reminders()
    create_targets()
    guard_endings(ONCE, SHORTER)


def downgrade() -> None:
    """Drop them."""
    guard_endings((*ONCE, *EXTENSION))
    for table in ("target", "renewal_reminder", "renewal_dossier"):
        op.drop_table(table)


def guard_endings(fixed: tuple[str, ...], more: str = "") -> None:
    """Refuse another value where one stands already."""
    again = " OR ".join(f"(OLD.{f} IS NOT NULL AND NEW.{f} IS DISTINCT FROM OLD.{f})" for f in fixed) + more
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER certificate_ended_once ON certificate")
        op.execute(POSTGRES_ONCE.format(when=again))
    else:
        op.execute("DROP TRIGGER certificate_ended_once")
        op.execute(SQLITE_ONCE.format(when=again.replace("IS DISTINCT FROM", "IS NOT")))


def create_dossiers() -> None:
    op.create_table(
        "renewal_dossier",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("code", sa.String(24), nullable=False),
        sa.Column(
            "certificate_id",
            KEY,
            sa.ForeignKey("certificate.id", name=op.f("fk_renewal_dossier_certificate_id_certificate")),
            nullable=False,
        ),
        sa.Column("receipt_number", sa.String(60), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("authority", sa.String(160), nullable=False),
        sa.Column("complete_on", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "filed_by", KEY, sa.ForeignKey("user_account.id", name=op.f("fk_renewal_dossier_filed_by_user_account"))
        ),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column(
            "confirmed_by",
            KEY,
            sa.ForeignKey("user_account.id", name=op.f("fk_renewal_dossier_confirmed_by_user_account")),
        ),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("outcome", sa.String(10)),
        sa.Column("decided_on", sa.Date()),
        sa.Column(
            "successor_id",
            KEY,
            sa.ForeignKey("certificate.id", name=op.f("fk_renewal_dossier_successor_id_certificate")),
        ),
        sa.Column("extends_until", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_renewal_dossier_code")),
        sa.UniqueConstraint(
            "certificate_id", "receipt_number", name=op.f("uq_renewal_dossier_certificate_id_receipt_number")
        ),
        sa.CheckConstraint(
            "complete_on IS NULL OR complete_on >= received_on", name=op.f("ck_renewal_dossier_complete_after_receipt")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_renewal_dossier_confirmation_whole")
        ),
        sa.CheckConstraint(
            "outcome IN ('renewed', 'refused', 'withdrawn')", name=op.f("ck_renewal_dossier_outcome_known")
        ),
        sa.CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name=op.f("ck_renewal_dossier_outcome_has_day")),
        sa.CheckConstraint(
            "(successor_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'renewed')",
            name=op.f("ck_renewal_dossier_renewed_by"),
        ),
        sa.CheckConstraint(
            "extends_until IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_renewal_dossier_extends_when_confirmed")
        ),
    )
    extends = sa.text("extends_until IS NOT NULL")
    op.create_index(
        "uq_renewal_dossier_extends",
        "renewal_dossier",
        ["certificate_id"],
        unique=True,
        sqlite_where=extends,
        postgresql_where=extends,
    )
    op.create_index("ix_renewal_dossier_successor_id", "renewal_dossier", ["successor_id"])


def create_reminders() -> None:
    op.create_table(
        "renewal_reminder",
        sa.Column("id", KEY, primary_key=True),
        sa.Column(
            "certificate_id",
            KEY,
            sa.ForeignKey("certificate.id", name=op.f("fk_renewal_reminder_certificate_id_certificate")),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "user_id",
            KEY,
            sa.ForeignKey("user_account.id", name=op.f("fk_renewal_reminder_user_id_user_account")),
            nullable=False,
        ),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("mailed_at", INSTANT),
        sa.UniqueConstraint(
            "certificate_id", "step", "user_id", name=op.f("uq_renewal_reminder_certificate_id_step_user_id")
        ),
        sa.CheckConstraint("state IN ('sent', 'skipped')", name=op.f("ck_renewal_reminder_state_known")),
        sa.CheckConstraint("mailed_at IS NULL OR state = 'sent'", name=op.f("ck_renewal_reminder_mailed_when_sent")),
    )
    op.create_index("ix_renewal_reminder_user_id", "renewal_reminder", ["user_id", "made_at"])


def create_targets() -> None:
    op.create_table(
        "target",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("area_code", sa.String(5), nullable=False),
        sa.Column("measure", sa.String(16), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer()),
        sa.Column("cohort_year", sa.Integer()),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer()),
        sa.Column("source", sa.String(300), nullable=False),
        sa.UniqueConstraint("code", name=op.f("uq_target_code")),
        sa.CheckConstraint(
            "measure IN ('recognised', 're_evaluated', 'five_stars', 'upgraded')", name=op.f("ck_target_measure_known")
        ),
        sa.CheckConstraint("from_year <= to_year", name=op.f("ck_target_years_ordered")),
        sa.CheckConstraint("stars BETWEEN 3 AND 5", name=op.f("ck_target_stars_certify")),
        sa.CheckConstraint("least >= 0 AND (most IS NULL OR most >= least)", name=op.f("ck_target_counts_ordered")),
    )
