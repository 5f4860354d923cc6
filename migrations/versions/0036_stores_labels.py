"""Settings of stores, labels and reprints."""

revision = "0036_stores_labels"
down_revision = "0035_settlements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
