"""Carriers, labels, collecting at the counter."""

revision = "0027_deliveries"
down_revision = "0026_checkout"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
