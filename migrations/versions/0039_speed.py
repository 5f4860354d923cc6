"""The question that every sold line is asked keeps its plans.

A function in SQL is planned anew in each call, and the view of pauses has three parts: on PostgreSQL that took ten
times as long as looking. One in PL/pgSQL, with the same words, keeps its plans for as long as the connection lives.
"""

from alembic import op

revision = "0039_speed"
down_revision = "0038_replenish_switching"
branch_labels = None
depends_on = None

#: As migration 0011 has it.
COVERED = """
EXISTS (SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = cert AND s.product_id = prod AND day BETWEEN s.starts_on AND s.ends_on)
  AND NOT EXISTS (SELECT 1 FROM certificate_pause p
    WHERE p.certificate_id = cert AND day >= p.from_on AND (p.until_on IS NULL OR day <= p.until_on))
"""
HEAD = "CREATE OR REPLACE FUNCTION certificate_covers(cert bigint, prod bigint, day date) RETURNS boolean"


def upgrade() -> None:
    """Let it keep its plans; SQLite asks in the trigger itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{HEAD} LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN {COVERED}; END $$")


def downgrade() -> None:
    """As it was."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{HEAD} LANGUAGE sql STABLE AS $$ SELECT {COVERED} $$")
