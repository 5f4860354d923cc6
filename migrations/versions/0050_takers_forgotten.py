"""Who took the goods is a person's name: the timeline lets it go, and orders that are nobody's already lose it."""

from alembic import op

revision = "0050_takers_forgotten"
down_revision = "0049_bounced_refunds"
branch_labels = None
depends_on = None

#: Keys of a step's data that an erasure takes off, before and from now on.
BEFORE, NOW = ("note", "name"), ("note", "name", "to")
#: Orders whose person was erased (`shop/privacy/rules.py: ERASED`).
ERASED = "SELECT id FROM shop_order WHERE contact_name = '(đã xóa)' AND contact_phone = ''"

SQLITE = """
CREATE TRIGGER order_event_no_update BEFORE UPDATE ON order_event
WHEN NEW.id IS NOT OLD.id OR NEW.order_id IS NOT OLD.order_id OR NEW.at IS NOT OLD.at OR NEW.action IS NOT OLD.action
  OR NEW.state IS NOT OLD.state OR NEW.actor IS NOT OLD.actor
  OR NEW.data IS NOT {rest}
BEGIN SELECT RAISE(ABORT, 'append_only'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION order_event_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.order_id, NEW.at, NEW.action, NEW.state, NEW.actor, NEW.data)
    IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.at, OLD.action, OLD.state, OLD.actor, {rest})
  THEN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Let the name go, and take it off the timelines of orders that were erased before."""
    let_go(NOW)
    has = "data ? 'to'" if is_postgresql() else "json_type(data, '$.to') IS NOT NULL"
    op.execute(f"UPDATE order_event SET data = {without('data', NOW)} WHERE {has} AND order_id IN ({ERASED})")


def downgrade() -> None:
    """Keep the name again; what was taken off stays off."""
    let_go(BEFORE)


def let_go(keys: tuple[str, ...]) -> None:
    """The timeline's guard: these keys may be taken off a step's data, all at once; every other change is refused."""
    if is_postgresql():
        op.execute(POSTGRESQL.format(rest=without("OLD.data", keys)))
        return
    op.execute("DROP TRIGGER order_event_no_update")
    op.execute(SQLITE.format(rest=without("OLD.data", keys)))


def without(data: str, keys: tuple[str, ...]) -> str:
    """A step's data without these keys, as the database says it."""
    if is_postgresql():
        return data + "".join(f" - '{key}'" for key in keys)
    return f"json_remove({data}, " + ", ".join(f"'$.{key}'" for key in keys) + ")"


def is_postgresql() -> bool:
    """Whether this runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"
