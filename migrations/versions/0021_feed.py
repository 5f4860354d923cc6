"""The feed of changes that readers in memory follow."""

revision = "0021_feed"
down_revision = "0020_browse"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
