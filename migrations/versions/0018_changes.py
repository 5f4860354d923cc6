"""Requests to change a live listing, and prices with their history. What was decided is never rewritten or deleted."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018_changes"
down_revision = "0017_listings"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
VALUE = sa.JSON().with_variant(JSONB(), "postgresql")
OPEN = sa.text("state = 'open'")
STANDING = sa.text("applied_at IS NULL AND cancelled_at IS NULL")

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
PRICE_FIXED = ("sku_id", "to_vnd", "starts_on", "reason", "noted_at", "by_id", "by_label", "on_behalf_of")
#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "price_change_fixed", "UPDATE", "price_change",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in PRICE_FIXED)
        + " OR OLD.applied_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL",
    ),
    ("price_change_kept", "DELETE", "price_change", "OLD.id IS NOT NULL"),
    ("change_request_fixed", "UPDATE", "change_request", "OLD.state <> 'open' OR NEW.listing_id <> OLD.listing_id"),
    ("change_request_kept", "DELETE", "change_request", "OLD.id IS NOT NULL"),
    (
        "change_field_fixed", "UPDATE", "change_field",
        "OLD.state <> 'open' OR NEW.request_id <> OLD.request_id OR NEW.field <> OLD.field",
    ),
    ("change_field_kept", "DELETE", "change_field", "OLD.id IS NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then their guards."""
    create_requests()
    create_fields()
    create_prices()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))


def downgrade() -> None:
    """Drop them; triggers go with their tables."""
    for table in ("price_change", "change_field", "change_request"):
        op.drop_table(table)


def create_requests() -> None:
    """What is wanted of one listing; at most one is open."""
    op.create_table(
        "change_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_label", sa.String(length=200), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=200), nullable=True),
        sa.Column("touched_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('edit', 'listing')", name="ck_change_request_kind_known"),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'partly', 'rejected', 'withdrawn')", name="ck_change_request_state_known"
        ),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="ck_change_request_decided_when_closed"),
        sa.CheckConstraint(
            "state NOT IN ('rejected', 'partly') OR length(reason) > 0", name="ck_change_request_rejection_explained"
        ),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_change_request_listing_id_listing"),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name="fk_change_request_proposed_by_user_account"
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_change_request_decided_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_change_request"),
    )
    op.create_index(
        "uq_change_request_open", "change_request", ["listing_id"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_change_request_state", "change_request", ["state", "proposed_at"], unique=False)
    op.create_index("ix_change_request_listing_id", "change_request", ["listing_id"], unique=False)


def create_fields() -> None:
    """Each field of a request."""
    op.create_table(
        "change_field",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("field", sa.String(length=120), nullable=False),
        sa.Column("before", VALUE, nullable=True),
        sa.Column("after", VALUE, nullable=True),
        sa.Column("seen_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_label", sa.String(length=200), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_label", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'rejected', 'withdrawn')", name="ck_change_field_state_known"
        ),
        sa.CheckConstraint("state <> 'rejected' OR length(reason) > 0", name="ck_change_field_rejection_explained"),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="ck_change_field_decided_when_closed"),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_request.id"], name="fk_change_field_request_id_change_request"
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["user_account.id"], name="fk_change_field_proposed_by_user_account"),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name="fk_change_field_decided_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_change_field"),
    )
    op.create_index(
        "uq_change_field_open", "change_field", ["request_id", "field"], unique=True, sqlite_where=OPEN,
        postgresql_where=OPEN,
    )  # fmt: skip
    op.create_index("ix_change_field_request_id", "change_field", ["request_id"], unique=False)


def create_prices() -> None:
    """Prices with their history; one plan for a pack and a day."""
    op.create_table(
        "price_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("from_vnd", sa.BigInteger(), nullable=True),
        sa.Column("to_vnd", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=200), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("cancelled_at", INSTANT, nullable=True),
        sa.Column("cancelled_label", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "to_vnd >= 1 AND (from_vnd IS NULL OR from_vnd >= 1)", name="ck_price_change_price_positive"
        ),
        sa.CheckConstraint("applied_at IS NULL OR cancelled_at IS NULL", name="ck_price_change_one_end"),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_label IS NULL)", name="ck_price_change_cancelling_whole"
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name="fk_price_change_sku_id_sku"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_price_change_by_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_price_change"),
    )
    op.create_index("ix_price_change_sku_id", "price_change", ["sku_id", "starts_on"], unique=False)
    op.create_index(
        "uq_price_change_planned", "price_change", ["sku_id", "starts_on"], unique=True, sqlite_where=STANDING,
        postgresql_where=STANDING,
    )  # fmt: skip
