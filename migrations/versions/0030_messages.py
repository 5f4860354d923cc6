"""Messages as they were sent, and what a customer may ask of her data."""

revision = "0030_messages"
down_revision = "0029_vouchers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
