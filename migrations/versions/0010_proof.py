"""Reports of labels that were not found."""

revision = "0010_proof"
down_revision = "0009_renewals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
