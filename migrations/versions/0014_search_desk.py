"""Synonyms kept at the desk, and what people searched for."""

revision = "0014_search_desk"
down_revision = "0013_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
