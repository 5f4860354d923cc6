"""Section scores and exceptions of a certificate.

A certificate that contradicts the rules of its day stands only with a written reason and a second person who
accepted it: the database holds that, and that neither changes after verification.
"""

from alembic import op

revision = "0006_law"
down_revision = "0005_knowledge"
branch_labels = None
depends_on = None

#: Column, type by database, and the check that it carries: name and condition.
SECTION = "BETWEEN 0 AND 10000"
COLUMNS = (
    ("score_a_hundredths", "INTEGER", "INTEGER", "score_a_in_range", f"score_a_hundredths {SECTION}"),
    ("score_b_hundredths", "INTEGER", "INTEGER", "score_b_in_range", f"score_b_hundredths {SECTION}"),
    ("score_c_hundredths", "INTEGER", "INTEGER", "score_c_in_range", f"score_c_hundredths {SECTION}"),
    ("exception_reason", "TEXT", "TEXT", "exception_explained", "length(exception_reason) >= 20"),
    (
        "exception_faults",
        "JSON",
        "JSONB",
        "exception_whole",
        "(exception_faults IS NULL) = (exception_reason IS NULL)",
    ),
    (
        "is_exception_accepted",
        "BOOLEAN NOT NULL DEFAULT 0",
        "BOOLEAN NOT NULL DEFAULT false",
        "exception_accepted",
        "exception_faults IS NULL OR verified_at IS NULL OR is_exception_accepted",
    ),
)
FIXED = "certificate_exception_fixed"


def upgrade() -> None:
    """Add the columns and their guard; plain SQL, since `certificate` must never be copied on SQLite."""
    dialect = op.get_bind().dialect.name
    for name, for_sqlite, for_postgresql, check, condition in COLUMNS:
        kind = for_postgresql if dialect == "postgresql" else for_sqlite
        op.execute(
            f"ALTER TABLE certificate ADD COLUMN {name} {kind} CONSTRAINT ck_certificate_{check} CHECK ({condition})"
        )
    is_other = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
    changed = " OR ".join(f"NEW.{name} {is_other} OLD.{name}" for name, *_ in COLUMNS)
    when = f"OLD.verified_at IS NOT NULL AND ({changed})"
    if dialect == "postgresql":
        op.execute(
            f"CREATE TRIGGER {FIXED} BEFORE UPDATE ON certificate FOR EACH ROW WHEN ({when})"
            " EXECUTE FUNCTION refuse_fixed()"
        )
        return
    op.execute(
        f"CREATE TRIGGER {FIXED} BEFORE UPDATE ON certificate WHEN {when} BEGIN SELECT RAISE(ABORT, '{FIXED}'); END"
    )


def downgrade() -> None:
    """Take them away again, the newest first."""
    on = " ON certificate" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER {FIXED}{on}")
    for name, *_ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE certificate DROP COLUMN {name}")
