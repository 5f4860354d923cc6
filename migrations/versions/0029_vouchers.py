"""Vouchers for services."""

revision = "0029_vouchers"
down_revision = "0028_invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
