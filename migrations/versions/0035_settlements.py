"""Settlements with producers."""

revision = "0035_settlements"
down_revision = "0034_tills"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
