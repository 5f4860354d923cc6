"""Money that goes back: refunds, returns, payout files."""

revision = "0025_refunds"
down_revision = "0024_bank"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
