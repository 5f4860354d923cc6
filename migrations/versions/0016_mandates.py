"""Who may act for a producer."""

revision = "0016_mandates"
down_revision = "0015_photos"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
