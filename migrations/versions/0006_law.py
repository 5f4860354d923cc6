"""Section scores and exceptions of a certificate."""

revision = "0006_law"
down_revision = "0005_knowledge"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
