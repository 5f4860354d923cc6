"""What browsing needs."""

revision = "0020_browse"
down_revision = "0019_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
