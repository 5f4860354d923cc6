"""Transfers between stores, write-offs, and notes of goods given back to producers."""

revision = "0032_transfers_removals"
down_revision = "0031_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
