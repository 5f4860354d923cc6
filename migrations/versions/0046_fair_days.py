"""Badges, arrivals, stalls and incidents of the days of a fair."""

revision = "0046_fair_days"
down_revision = "0045_booking_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
