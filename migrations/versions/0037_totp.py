"""Second factors of staff."""

revision = "0037_totp"
down_revision = "0036_stores_labels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""


def downgrade() -> None:
    """Drop them."""
