"""Coupons, zones of delivery, limits of packs."""

revision = "0026_checkout"
down_revision = "0025_refunds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
