"""A refund to a card that was done may still fail: the card's bank returns the money up to weeks later."""

import sqlalchemy as sa
from alembic import op

revision = "0049_bounced_refunds"
down_revision = "0048_parcel_charges"
branch_labels = None
depends_on = None

FIXED = ("code", "payment_id", "key", "amount_vnd", "reason", "actor", "promised_at")
BEFORE = "OLD.state IN ('done', 'failed')"
SINCE = "OLD.state = 'failed' OR (OLD.state = 'done' AND NOT (OLD.way = 'card' AND NEW.state = 'failed'))"


def upgrade() -> None:
    """From done to failed there is a way for cards, and for nothing else."""
    guard(SINCE)


def downgrade() -> None:
    """What is over stays as it is."""
    guard(BEFORE)


def guard(over: str) -> None:
    """The trigger of migration 0025 with another word on what is over."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgresql else "IS NOT"
    kept = " OR ".join(f"NEW.{field} {differs} OLD.{field}" for field in FIXED)
    when = f"{kept} OR {over} OR (NEW.way <> OLD.way AND OLD.state <> 'promised')"
    if is_postgresql:
        op.execute(sa.text("DROP TRIGGER refund_fixed ON refund"))
        made = f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()"
    else:
        op.execute(sa.text("DROP TRIGGER refund_fixed"))
        made = f"WHEN {when} BEGIN SELECT RAISE(ABORT, 'refund_fixed'); END"
    op.execute(sa.text(f"CREATE TRIGGER refund_fixed BEFORE UPDATE ON refund {made}"))
