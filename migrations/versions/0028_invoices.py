"""Electronic invoices with their corrections, and VAT as printed."""

revision = "0028_invoices"
down_revision = "0027_deliveries"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
