"""Runs of the assignment of booths, and what was pinned by hand."""

revision = "0044_assignment"
down_revision = "0043_exhibitors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
