"""Photos of products."""

revision = "0015_photos"
down_revision = "0014_search_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
