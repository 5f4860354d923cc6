"""Floor plans as they are drawn: open sides, spaces without exhibitors, underlays, versions."""

revision = "0042_floor_plans"
down_revision = "0041_fair_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
