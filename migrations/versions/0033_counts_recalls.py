"""Stocktakes and recalls."""

import sqlalchemy as sa
from alembic import op

revision = "0033_counts_recalls"
down_revision = "0032_transfers_removals"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

#: In the order in which they can go.
TABLES = (
    "recall_order", "recall_buyer", "recall_task", "recall_lot", "recall", "stocktake_limit", "level_counted", "stocktake_entry",
    "stocktake_line", "stocktake",
)  # fmt: skip

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "stocktake_fixed", "UPDATE", "stocktake",
        changed("code", "store_id", "part", "place", "producer_id", "group_code", "opened_by_id", "opened_by",
                "opened_at") + " OR OLD.state IN ('approved', 'dropped')",
    ),
    ("stocktake_kept", "DELETE", "stocktake", "OLD.id IS NOT NULL"),
    (
        "stocktake_line_fixed", "UPDATE", "stocktake_line",
        changed("stocktake_id", "position", "level_id", "is_found") + " OR NOT OLD.is_live",
    ),
    ("stocktake_line_kept", "DELETE", "stocktake_line", "OLD.id IS NOT NULL"),
    ("stocktake_entry_fixed", "UPDATE", "stocktake_entry", "OLD.id IS NOT NULL"),
    ("stocktake_entry_kept", "DELETE", "stocktake_entry", "OLD.id IS NOT NULL"),
    (
        "recall_fixed", "UPDATE", "recall",
        changed("code", "product_id", "basis", "lot_number", "first_on", "last_on", "reason", "advice", "opened_by_id",
                "opened_by", "opened_at") + " OR OLD.state = 'closed'",
    ),
    ("recall_kept", "DELETE", "recall", "OLD.id IS NOT NULL"),
    ("recall_lot_fixed", "UPDATE", "recall_lot", "OLD.id IS NOT NULL"),
    ("recall_lot_kept", "DELETE", "recall_lot", "OLD.id IS NOT NULL"),
    ("recall_buyer_fixed", "UPDATE", "recall_buyer", changed("recall_id", "source", "ref", "store_id", "found_at")),
    ("recall_order_fixed", "UPDATE", "recall_order", "OLD.id IS NOT NULL"),
    ("recall_order_kept", "DELETE", "recall_order", "OLD.id IS NOT NULL"),
    ("recall_buyer_kept", "DELETE", "recall_buyer", "OLD.id IS NOT NULL"),
    #: What was called back never comes back on sale, whoever writes.
    ("lot_recalled_for_good", "UPDATE", "lot", "OLD.state = 'recalled' AND NEW.state <> 'recalled'"),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then guard them."""
    create_stocktake()
    create_stocktake_line()
    create_stocktake_entry()
    create_level_counted()
    create_recall()
    create_recall_parts()
    guard()


def downgrade() -> None:
    """Drop them; the movements of approved stocktakes and of recalls stay."""
    where = " ON lot" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER lot_recalled_for_good{where}")
    for table in TABLES:
        op.drop_table(table)


def guard() -> None:
    """What was counted and called back stays as it was."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))


def create_stocktake() -> None:
    """One counting of a store or a part of it."""
    op.create_table(
        "stocktake",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=True),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("group_code", sa.String(length=4), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("opened_by_id", KEY, nullable=True),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("ended_by_id", KEY, nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("value_vnd", sa.BigInteger(), nullable=True),
        sa.Column("limit_vnd", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('counting', 'review', 'approved', 'dropped')", name=op.f("ck_stocktake_state_known")
        ),
        sa.CheckConstraint("part IN ('store', 'producer', 'group', 'stale')", name=op.f("ck_stocktake_part_known")),
        sa.CheckConstraint("place IS NULL OR place IN ('shelf', 'back')", name=op.f("ck_stocktake_place_known")),
        sa.CheckConstraint("(part = 'producer') = (producer_id IS NOT NULL)", name=op.f("ck_stocktake_producer_named")),
        sa.CheckConstraint("(part = 'group') = (group_code IS NOT NULL)", name=op.f("ck_stocktake_group_named")),
        sa.CheckConstraint("round > 0", name=op.f("ck_stocktake_round_positive")),
        sa.CheckConstraint(
            "(state IN ('approved', 'dropped')) = (ended_at IS NOT NULL)", name=op.f("ck_stocktake_ended_when_over")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (value_vnd IS NOT NULL)", name=op.f("ck_stocktake_valued_when_approved")
        ),
        sa.CheckConstraint("(value_vnd IS NULL) = (limit_vnd IS NULL)", name=op.f("ck_stocktake_limit_with_value")),
        sa.CheckConstraint(
            "value_vnd <= limit_vnd OR ended_by_id <> opened_by_id", name=op.f("ck_stocktake_two_persons_above_limit")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_stocktake_store_id_store")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_stocktake_producer_id_producer")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_stocktake_opened_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["user_account.id"], name=op.f("fk_stocktake_ended_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("code", name=op.f("uq_stocktake_code")),
    )
    op.create_index("ix_stocktake_store_id_state", "stocktake", ["store_id", "state"])


def create_stocktake_line() -> None:
    """One level that is counted; in one open stocktake at a time."""
    op.create_table(
        "stocktake_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("stocktake_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("is_found", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("counted_round", sa.Integer(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("counted_at", INSTANT, nullable=True),
        sa.Column("counted_by", sa.String(length=120), nullable=True),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=True),
        sa.Column("price_vnd", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_stocktake_line_counted_not_negative")),
        sa.CheckConstraint(
            "(counted IS NULL) = (expected IS NULL) AND (counted IS NULL) = (counted_at IS NULL)"
            " AND (counted IS NULL) = (counted_round IS NULL)",
            name=op.f("ck_stocktake_line_counted_whole"),
        ),
        sa.CheckConstraint("counted_round <= round", name=op.f("ck_stocktake_line_counted_in_a_round")),
        sa.CheckConstraint(
            "delta IS NULL OR counted IS NOT NULL", name=op.f("ck_stocktake_line_only_what_was_counted_moves")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id_stocktake")
        ),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_stocktake_line_level_id_stock_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_line")),
        sa.UniqueConstraint("stocktake_id", "position", name=op.f("uq_stocktake_line_stocktake_id_position")),
        sa.UniqueConstraint("stocktake_id", "level_id", name=op.f("uq_stocktake_line_stocktake_id_level_id")),
    )
    op.create_index(
        "uq_stocktake_line_live", "stocktake_line", ["level_id"], unique=True, sqlite_where=sa.text("is_live"),
        postgresql_where=sa.text("is_live"),
    )  # fmt: skip


def create_stocktake_entry() -> None:
    """What one person counted."""
    op.create_table(
        "stocktake_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("counted_by_id", KEY, nullable=True),
        sa.Column("counted_by", sa.String(length=120), nullable=False),
        sa.CheckConstraint("mode IN ('first', 'add', 'replace')", name=op.f("ck_stocktake_entry_mode_known")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_stocktake_entry_quantity_not_negative")),
        sa.ForeignKeyConstraint(
            ["line_id"], ["stocktake_line.id"], name=op.f("fk_stocktake_entry_line_id_stocktake_line")
        ),
        sa.ForeignKeyConstraint(
            ["counted_by_id"], ["user_account.id"], name=op.f("fk_stocktake_entry_counted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake_entry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_stocktake_entry_uuid")),
    )
    op.create_index(op.f("ix_stocktake_entry_line_id"), "stocktake_entry", ["line_id"], unique=False)


def create_level_counted() -> None:
    """When levels were last counted, and what a store lets one person approve."""
    op.create_table(
        "level_counted",
        sa.Column("level_id", KEY, autoincrement=False, nullable=False),
        sa.Column("counted_at", INSTANT, nullable=False),
        sa.Column("stocktake_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_level_counted_level_id_stock_level")),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_level_counted_stocktake_id_stocktake")
        ),
        sa.PrimaryKeyConstraint("level_id", name=op.f("pk_level_counted")),
    )
    op.create_table(
        "stocktake_limit",
        sa.Column("store_id", KEY, autoincrement=False, nullable=False),
        sa.Column("limit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("limit_vnd >= 0", name=op.f("ck_stocktake_limit_limit_not_negative")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_stocktake_limit_store_id_store")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_stocktake_limit")),
    )


def create_recall() -> None:
    """One calling back of goods of one product."""
    op.create_table(
        "recall",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("basis", sa.String(length=10), nullable=False),
        sa.Column("lot_number", sa.String(length=60), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("advice", sa.String(length=300), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_by_id", KEY, nullable=True),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("basis IN ('lot', 'made', 'received')", name=op.f("ck_recall_basis_known")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_recall_state_known")),
        sa.CheckConstraint("(basis = 'lot') = (lot_number IS NOT NULL)", name=op.f("ck_recall_number_of_a_lot")),
        sa.CheckConstraint(
            "(basis = 'lot') = (first_on IS NULL) AND (first_on IS NULL) = (last_on IS NULL)",
            name=op.f("ck_recall_days_of_the_others"),
        ),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_recall_days_in_order")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_recall_closed_when_over")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_recall_product_id_product")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_recall_opened_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("code", name=op.f("uq_recall_code")),
    )
    op.create_index("ix_recall_product_id", "recall", ["product_id"])
    op.create_index("ix_recall_state", "recall", ["state"])


def create_recall_parts() -> None:
    """Its lots, what each store does, and whom to tell."""
    op.create_table(
        "recall_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("recall_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_lot_recall_id_recall")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_lot_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_lot")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_recall_lot_lot_id")),
    )
    op.create_index("ix_recall_lot_recall_id", "recall_lot", ["recall_id"])
    op.create_table(
        "recall_task",
        sa.Column("id", KEY, nullable=False),
        sa.Column("recall_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_recall_task_confirmed_by_somebody")
        ),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_task_recall_id_recall")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_recall_task_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_task")),
        sa.UniqueConstraint("recall_id", "store_id", name=op.f("uq_recall_task_recall_id_store_id")),
    )
    op.create_index("ix_recall_task_store_id", "recall_task", ["store_id"])
    op.create_table(
        "recall_buyer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("recall_id", KEY, nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("called_at", INSTANT, nullable=True),
        sa.Column("called_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.CheckConstraint("source IN ('order', 'till')", name=op.f("ck_recall_buyer_source_known")),
        sa.CheckConstraint(
            "(called_at IS NULL) = (called_by IS NULL)", name=op.f("ck_recall_buyer_called_by_somebody")
        ),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_buyer_recall_id_recall")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_recall_buyer_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_buyer")),
        sa.UniqueConstraint("recall_id", "source", "ref", name=op.f("uq_recall_buyer_recall_id_source_ref")),
    )
    op.create_index("ix_recall_buyer_store_id", "recall_buyer", ["store_id"])
    create_recall_order()


def create_recall_order() -> None:
    """An order that had been promised units of a recalled lot."""
    op.create_table(
        "recall_order",
        sa.Column("id", KEY, nullable=False),
        sa.Column("recall_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("is_moved", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_recall_order_quantity_positive")),
        sa.ForeignKeyConstraint(["recall_id"], ["recall.id"], name=op.f("fk_recall_order_recall_id_recall")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_recall_order_store_id_store")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_order_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall_order")),
    )
    op.create_index("ix_recall_order_recall_id", "recall_order", ["recall_id"])
