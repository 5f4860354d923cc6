"""Label data and packs of listings."""

revision = "0017_listings"
down_revision = "0016_mandates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
