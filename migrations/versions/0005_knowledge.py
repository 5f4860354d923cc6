"""What was known when."""

revision = "0005_knowledge"
down_revision = "0004_fairs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
