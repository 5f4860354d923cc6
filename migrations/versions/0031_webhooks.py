"""Outgoing webhooks and their deliveries."""

revision = "0031_webhooks"
down_revision = "0030_messages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
