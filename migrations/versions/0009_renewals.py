"""Renewal dossiers, reminders, targets."""

revision = "0009_renewals"
down_revision = "0008_consequences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
