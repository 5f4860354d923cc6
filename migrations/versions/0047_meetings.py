"""Supply and demand: buyers' wishes and meetings in slots."""

revision = "0047_meetings"
down_revision = "0046_fair_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
