"""Lines of bank accounts and what they paid for; remittances of couriers."""

revision = "0024_bank"
down_revision = "0023_cards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
