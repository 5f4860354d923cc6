"""The questions that every sold line and every request ask keep their plans, on PostgreSQL.

A function in SQL is planned anew in each call, and the view of pauses has three parts: that took ten times as long as
looking. One in PL/pgSQL, with the same words, keeps its plans for as long as the connection lives.

What is new in the feed was planned anew at each request, since PostgreSQL cannot know before it has the position that
nearly nothing is: the function `feed_since` keeps one plan, by the index.
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
#: What the asking transaction wrote itself is told again each time: its own number looks finished to it.
SINCE = """
CREATE FUNCTION feed_since(seen pg_snapshot) RETURNS TABLE (topic varchar, subject bigint)
LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    own bigint := CAST(CAST(pg_current_xact_id_if_assigned() AS text) AS bigint);
    oldest bigint := least(CAST(CAST(pg_snapshot_xmin(seen) AS text) AS bigint), own);
BEGIN
    RETURN QUERY SELECT f.topic, f.subject FROM change_feed f WHERE f.xid >= oldest
        AND (NOT pg_visible_in_snapshot(CAST(CAST(f.xid AS text) AS xid8), seen) OR f.xid = own);
END $$
"""


def upgrade() -> None:
    """Let them keep their plans; SQLite plans in no time, and asks in the trigger itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{HEAD} LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN {COVERED}; END $$")
        op.execute(SINCE)


def downgrade() -> None:
    """As it was."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION feed_since(pg_snapshot)")
        op.execute(f"{HEAD} LANGUAGE sql STABLE AS $$ SELECT {COVERED} $$")
