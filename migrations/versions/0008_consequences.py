"""What was done about each change of a certificate."""

revision = "0008_consequences"
down_revision = "0007_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
