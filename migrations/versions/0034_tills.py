"""Tills, their shifts, sales, tenders and exceptions."""

revision = "0034_tills"
down_revision = "0033_counts_recalls"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
