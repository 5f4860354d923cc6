"""Stocktakes and recalls."""

revision = "0033_counts_recalls"
down_revision = "0032_transfers_removals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
