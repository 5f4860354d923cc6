"""One decision over many products."""

revision = "0007_decisions"
down_revision = "0006_law"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
