"""Invitations, shared booths, delegations, exhibitors from outside, scores and messages."""

revision = "0043_exhibitors"
down_revision = "0042_floor_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
