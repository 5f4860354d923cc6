"""Cards: what a payment knows of its provider's page, its sessions, the inbox of signals, and what a person must see."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023_cards"
down_revision = "0022_order_life"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Columns of the payment first, then what stands beside it."""
    for name, kind in (
        ("token", sa.String(length=64)), ("back_to", sa.Text()), ("authorised_at", INSTANT), ("capture_at", INSTANT),
    ):  # fmt: skip
        op.add_column("payment", sa.Column(name, kind, nullable=True))
    op.create_index("uq_payment_token", "payment", ["token"], unique=True)
    create_sessions()
    create_signals()
    create_alarms()


def downgrade() -> None:
    """Forget cards."""
    for table in ("card_alarm", "card_signal", "card_refund", "card_session"):
        op.drop_table(table)
    op.drop_index("uq_payment_token", "payment")
    for name in ("capture_at", "authorised_at", "back_to", "token"):
        op.drop_column("payment", name)


def create_sessions() -> None:
    """The provider's pages on which a payment can be paid, and tries to give money back."""
    op.create_table(
        "card_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.String(length=120), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("intent_id", sa.String(length=120), nullable=True),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("captures", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=True),
        sa.CheckConstraint("attempt >= 1 AND captures >= 0", name=op.f("ck_card_session_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_session")),
        sa.UniqueConstraint("reference", "attempt", name=op.f("uq_card_session_reference_attempt")),
        sa.UniqueConstraint("session_id", name=op.f("uq_card_session_session_id")),
        sa.UniqueConstraint("intent_id", name=op.f("uq_card_session_intent_id")),
    )
    op.create_table(
        "card_refund",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("tried_at", INSTANT, nullable=False),
        sa.CheckConstraint("refusals >= 0", name=op.f("ck_card_refund_counts")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_card_refund")),
    )


def create_signals() -> None:
    """What the provider told us, each event once."""
    op.create_table(
        "card_signal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("intent_id", sa.String(length=120), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("happened_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.CheckConstraint("source IN ('webhook', 'list')", name=op.f("ck_card_signal_source_known")),
        sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name=op.f("ck_card_signal_done_with_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_signal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_card_signal_event_id")),
    )
    op.create_index(op.f("ix_card_signal_done_at"), "card_signal", ["done_at"])
    op.create_index(op.f("ix_card_signal_received_at"), "card_signal", ["received_at"])


def create_alarms() -> None:
    """What a person must look at."""
    op.create_table(
        "card_alarm",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        sa.Column("cleared_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("(cleared_at IS NULL) = (cleared_by IS NULL)", name=op.f("ck_card_alarm_cleared_by_whom")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_alarm")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_card_alarm_kind_subject")),
    )
    op.create_index(op.f("ix_card_alarm_cleared_at"), "card_alarm", ["cleared_at"])
