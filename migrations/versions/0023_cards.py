"""Cards: provider sessions, the inbox of signals, captures."""

revision = "0023_cards"
down_revision = "0022_order_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
