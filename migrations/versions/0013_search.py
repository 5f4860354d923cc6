"""The search index kept by PostgreSQL."""

revision = "0013_search"
down_revision = "0012_candidates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
