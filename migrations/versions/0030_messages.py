"""Messages as they were sent, and what a customer may ask of her data."""

import sqlalchemy as sa
from alembic import op

revision = "0030_messages"
down_revision = "0029_vouchers"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    create_message_sent()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("message_sent")


def create_message_sent() -> None:
    """Which message went to whom, without its words."""
    op.create_table(
        "message_sent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'sms', 'none')", name=op.f("ck_message_sent_channel_known")),
        sa.CheckConstraint(
            "outcome IN ('sent', 'failed', 'refused', 'unreachable')", name=op.f("ck_message_sent_outcome_known")
        ),
        sa.CheckConstraint(
            "(channel = 'none') = (outcome = 'unreachable')", name=op.f("ck_message_sent_unreachable_without_channel")
        ),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_message_sent_tried")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_sent")),
        sa.UniqueConstraint("key", name=op.f("uq_message_sent_key")),
    )
    op.create_index(op.f("ix_message_sent_about"), "message_sent", ["about", "id"])
    op.create_index(op.f("ix_message_sent_first_at"), "message_sent", ["first_at"])
