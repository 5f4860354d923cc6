"""Offers, the waiting list, swaps, subsidies and products by day."""

revision = "0045_booking_life"
down_revision = "0044_assignment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
