"""Outgoing webhooks: who listens to what, what was told, and each way of it to each of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031_webhooks"
down_revision = "0030_messages"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    create_endpoint()
    create_event()
    create_delivery()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("hook_delivery")
    op.drop_table("hook_event")
    op.drop_table("hook_endpoint")


def create_endpoint() -> None:
    """Where a program listens."""
    op.create_table(
        "hook_endpoint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("scope_type", sa.String(length=10), nullable=False),
        sa.Column("scope_id", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("wants", JSON, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("previous_until", INSTANT, nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("disabled_because", sa.String(length=10), nullable=True),
        sa.Column("failing_since", INSTANT, nullable=True),
        sa.Column("busy_until", INSTANT, nullable=True),
        sa.Column("owner_id", KEY, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "scope_type IN ('', 'seller', 'store', 'producer')", name=op.f("ck_hook_endpoint_scope_known")
        ),
        sa.CheckConstraint("(scope_type = '') = (scope_id = '')", name=op.f("ck_hook_endpoint_scope_whole")),
        sa.CheckConstraint(
            "is_active OR disabled_because IS NOT NULL", name=op.f("ck_hook_endpoint_disabled_with_reason")
        ),
        sa.CheckConstraint("generation > 0", name=op.f("ck_hook_endpoint_generation_positive")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_hook_endpoint_owner_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_endpoint")),
        sa.UniqueConstraint("code", name=op.f("uq_hook_endpoint_code")),
    )
    op.create_index(op.f("ix_hook_endpoint_scope_type"), "hook_endpoint", ["scope_type", "scope_id"])
    op.create_index(op.f("ix_hook_endpoint_owner_id"), "hook_endpoint", ["owner_id"])


def create_event() -> None:
    """What happened, as it is told."""
    op.create_table(
        "hook_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_event")),
        sa.UniqueConstraint("code", name=op.f("uq_hook_event_code")),
    )
    op.create_index(op.f("ix_hook_event_created_at"), "hook_event", ["created_at"])


def create_delivery() -> None:
    """One event on its way to one endpoint."""
    op.create_table(
        "hook_delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("endpoint_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("replayed_at", INSTANT, nullable=True),
        sa.Column("tried_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'given_up')", name=op.f("ck_hook_delivery_state_known")),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name=op.f("ck_hook_delivery_ended_when_over")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_hook_delivery_attempts_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["hook_event.id"], name=op.f("fk_hook_delivery_event_id_hook_event")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["hook_endpoint.id"], name=op.f("fk_hook_delivery_endpoint_id_hook_endpoint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_delivery")),
        sa.UniqueConstraint("event_id", "endpoint_id", name=op.f("uq_hook_delivery_event_id_endpoint_id")),
    )
    op.create_index("ix_hook_delivery_due", "hook_delivery", ["endpoint_id", "state", "due_at"])
