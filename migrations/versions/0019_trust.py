"""Reviews, waiting shoppers, gift baskets."""

revision = "0019_trust"
down_revision = "0018_changes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
