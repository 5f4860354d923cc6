"""Settings of stores, what hangs on each shelf, and the labels to print anew.

The database itself refuses a star on a shelf that no certificate covers on the day of printing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.alter import add_check, drop_check

revision = "0036_stores_labels"
down_revision = "0035_settlements"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

COLUMNS = (
    ("special", JSON, "{}"),
    ("opens_on", sa.Date(), None),
    ("ends_on", sa.Date(), None),
    ("fair", sa.String(length=80), None),
    ("closed_at", INSTANT, None),
    ("pickup_hours", sa.Integer(), "2"),
    ("delivery_hours", sa.Integer(), "8"),
    ("cash_rounding_vnd", sa.Integer(), "1000"),
)
CHECKS = (
    ("ck_store_days_in_order", "opens_on IS NULL OR ends_on IS NULL OR ends_on >= opens_on"),
    ("ck_store_closed_or_active", "closed_at IS NULL OR NOT is_active"),
    ("ck_store_hours_to_pack", "pickup_hours BETWEEN 0 AND 48 AND delivery_hours BETWEEN 0 AND 96"),
    ("ck_store_rounding_known", "cash_rounding_vnd IN (0, 500, 1000)"),
)
#: Whether the label's certificate covers the day on which it was printed, for the pack's product and with its stars.
COVERED = """
    EXISTS (
        SELECT 1 FROM certificate_span AS span
        JOIN listing AS shown ON shown.product_id = span.product_id
        JOIN sku AS pack ON pack.listing_id = shown.id AND pack.id = NEW.sku_id
        WHERE span.certificate_id = NEW.certificate_id AND span.stars = NEW.stars
          AND NEW.printed_on BETWEEN span.starts_on AND span.ends_on
          AND NOT EXISTS (
              SELECT 1 FROM certificate_suspension AS pause
              WHERE pause.certificate_id = NEW.certificate_id AND pause.from_on <= NEW.printed_on
                AND (pause.until_on IS NULL OR pause.until_on >= NEW.printed_on)))
"""
CONDITION = f"NEW.certificate_id IS NOT NULL AND NOT {COVERED}"
SQLITE_GUARD = """
CREATE TRIGGER shelf_label_covered_{verb} BEFORE {verb} ON shelf_label WHEN {condition}
BEGIN SELECT RAISE(ABORT, 'shelf_label_uncovered'); END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION shelf_label_on_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN RAISE EXCEPTION 'shelf_label_uncovered' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""
POSTGRESQL_GUARD = (
    "CREATE TRIGGER shelf_label_on_write BEFORE INSERT OR UPDATE OF certificate_id, stars, printed_on ON shelf_label "
    "FOR EACH ROW EXECUTE FUNCTION shelf_label_on_write()"
)


def upgrade() -> None:
    """Add what a store knows of itself, then make the tables of labels with their guard."""
    for name, kind, default in COLUMNS:
        op.add_column("store", sa.Column(name, kind, nullable=default is None, server_default=default))
    for name, condition in CHECKS:
        add_check(op.get_bind(), "store", name, condition)
    create_labels()
    create_tasks()
    guard_labels()


def downgrade() -> None:
    """Drop them; the guard goes with its table."""
    op.drop_table("shelf_task")
    op.drop_table("shelf_label")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION shelf_label_on_write()")
    for name, _condition in reversed(CHECKS):
        drop_check(op.get_bind(), "store", name)
    for name, _kind, _default in reversed(COLUMNS):
        op.drop_column("store", name)


def create_labels() -> None:
    """What hangs on the shelf."""
    op.create_table(
        "shelf_label",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.Column("printed_at", INSTANT, nullable=False),
        sa.Column("printed_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "(stars IS NULL) = (certificate_id IS NULL)", name=op.f("ck_shelf_label_stars_of_a_certificate")
        ),
        sa.CheckConstraint("price_vnd IS NULL OR price_vnd > 0", name=op.f("ck_shelf_label_price_positive")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_shelf_label_store_id_store")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_shelf_label_sku_id_sku")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_shelf_label_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_label")),
        sa.UniqueConstraint("store_id", "sku_id", name=op.f("uq_shelf_label_store_id_sku_id")),
    )
    op.create_index(op.f("ix_shelf_label_sku_id"), "shelf_label", ["sku_id"])


def create_tasks() -> None:
    """What is to be printed anew, or taken off."""
    op.create_table(
        "shelf_task",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("kind IN ('star_off', 'star', 'price')", name=op.f("ck_shelf_task_kind_known")),
        sa.CheckConstraint("state IN ('open', 'printed', 'ticked', 'moot')", name=op.f("ck_shelf_task_state_known")),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_shelf_task_ended_when_not_open")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_shelf_task_ended_by_somebody")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_shelf_task_store_id_store")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_shelf_task_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shelf_task")),
    )
    open_only = sa.text("state = 'open'")
    op.create_index(
        "uq_shelf_task_open", "shelf_task", ["store_id", "sku_id"], unique=True, sqlite_where=open_only,
        postgresql_where=open_only,
    )  # fmt: skip


def guard_labels() -> None:
    """No star without a certificate that covers the day."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_FUNCTION.format(condition=CONDITION))
        op.execute(POSTGRESQL_GUARD)
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_GUARD.format(verb=verb, condition=CONDITION))
