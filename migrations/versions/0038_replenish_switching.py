"""Levels that a store keeps, requests to producers, markdowns of lots; profiles and runs of files from other systems."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038_replenish_switching"
down_revision = "0037_totp"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
DRAFT = sa.text("state = 'draft'")
STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make the tables; a goods receipt says whether it is a delivery or an opening balance."""
    op.add_column("goods_receipt", sa.Column("kind", sa.String(length=10), nullable=False, server_default="delivery"))
    create_targets()
    create_requests()
    create_lines()
    create_markdowns()
    create_profiles()
    create_runs()
    create_customers()
    create_codes()


def downgrade() -> None:
    """Drop them."""
    for table in (
        "foreign_sku", "imported_customer", "import_run", "import_profile", "lot_markdown", "supply_request_line",
        "supply_request", "stock_target",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("goods_receipt", "kind")


def create_targets() -> None:
    """How much of a pack a store keeps."""
    op.create_table(
        "stock_target",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minimum >= 0 AND target >= minimum", name=op.f("ck_stock_target_levels_in_order")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_stock_target_store_id_store")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_target_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_target")),
        sa.UniqueConstraint("store_id", "sku_id", name=op.f("uq_stock_target_store_id_sku_id")),
    )
    op.create_index(op.f("ix_stock_target_sku_id"), "stock_target", ["sku_id"])


def create_requests() -> None:
    """What a store asks a producer to bring."""
    op.create_table(
        "supply_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.Column("deliver_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("receipt_code", sa.String(length=20), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'sent', 'confirmed', 'declined', 'closed', 'dropped')",
            name=op.f("ck_supply_request_state_known"),
        ),
        sa.CheckConstraint("state IN ('draft', 'dropped') OR sent_at IS NOT NULL",
                           name=op.f("ck_supply_request_sent_before_answer")),
        sa.CheckConstraint("state NOT IN ('confirmed', 'declined') OR answered_at IS NOT NULL",
                           name=op.f("ck_supply_request_answered_whole")),
        sa.CheckConstraint("(state IN ('declined', 'closed', 'dropped')) = (ended_at IS NOT NULL)",
                           name=op.f("ck_supply_request_ended_when_over")),
        sa.CheckConstraint("state <> 'declined' OR words <> ''", name=op.f("ck_supply_request_declined_with_words")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_supply_request_store_id_store")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_supply_request_producer_id_producer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_request")),
        sa.UniqueConstraint("code", name=op.f("uq_supply_request_code")),
    )  # fmt: skip
    op.create_index(op.f("ix_supply_request_store_id"), "supply_request", ["store_id", "state"])
    op.create_index(op.f("ix_supply_request_producer_id"), "supply_request", ["producer_id", "state"])
    op.create_index(
        "uq_supply_request_draft", "supply_request", ["store_id", "producer_id"], unique=True, sqlite_where=DRAFT,
        postgresql_where=DRAFT,
    )  # fmt: skip


def create_lines() -> None:
    """Packs of a request."""
    op.create_table(
        "supply_request_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=True),
        sa.Column("received", sa.Integer(), nullable=True),
        sa.Column("why", JSON, nullable=False),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_supply_request_line_wanted_positive")),
        sa.CheckConstraint("confirmed IS NULL OR confirmed BETWEEN 0 AND wanted",
                           name=op.f("ck_supply_request_line_confirmed_within_wanted")),
        sa.CheckConstraint("received IS NULL OR received >= 0",
                           name=op.f("ck_supply_request_line_received_not_negative")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["supply_request.id"], name=op.f("fk_supply_request_line_request_id_supply_request")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_supply_request_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_request_line")),
        sa.UniqueConstraint("request_id", "sku_id", name=op.f("uq_supply_request_line_request_id_sku_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_supply_request_line_sku_id"), "supply_request_line", ["sku_id"])


def create_markdowns() -> None:
    """Lots that a store sells for less at its till."""
    op.create_table(
        "lot_markdown",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("was_vnd", sa.BigInteger(), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("agreed_with", sa.String(length=200), nullable=False),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("price_vnd >= 1 AND price_vnd < was_vnd", name=op.f("ck_lot_markdown_is_less")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_lot_markdown_ended_whole")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_lot_markdown_store_id_store")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_markdown_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_markdown")),
    )
    op.create_index(op.f("ix_lot_markdown_lot_id"), "lot_markdown", ["lot_id"])
    op.create_index(
        "uq_lot_markdown_standing", "lot_markdown", ["store_id", "lot_id"], unique=True, sqlite_where=STANDING,
        postgresql_where=STANDING,
    )  # fmt: skip


def create_profiles() -> None:
    """How the columns of a file are read."""
    op.create_table(
        "import_profile",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("system", sa.String(length=12), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('products', 'stock', 'customers')", name=op.f("ck_import_profile_kind_known")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_import_profile_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profile")),
        sa.UniqueConstraint("seller_id", "kind", "name", name=op.f("uq_import_profile_seller_id_kind_name")),
    )


def create_runs() -> None:
    """Files that were taken over."""
    op.create_table(
        "import_run",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("system", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("receipt_code", sa.String(length=20), nullable=True),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('products', 'stock', 'customers')", name=op.f("ck_import_run_kind_known")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_import_run_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("code", name=op.f("uq_import_run_code")),
        sa.UniqueConstraint("sha256", name=op.f("uq_import_run_sha256")),
    )
    op.create_index(op.f("ix_import_run_store_id"), "import_run", ["store_id"])


def create_customers() -> None:
    """Customers of the system before, without any consent."""
    op.create_table(
        "imported_customer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("run_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name=op.f("ck_imported_customer_reachable")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_imported_customer_seller_id_seller")),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name=op.f("fk_imported_customer_run_id_import_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_customer")),
        sa.UniqueConstraint("seller_id", "phone", name=op.f("uq_imported_customer_seller_id_phone")),
        sa.UniqueConstraint("seller_id", "email", name=op.f("uq_imported_customer_seller_id_email")),
    )
    op.create_index(op.f("ix_imported_customer_imported_at"), "imported_customer", ["imported_at"])
    op.create_index(op.f("ix_imported_customer_run_id"), "imported_customer", ["run_id"])


def create_codes() -> None:
    """What a seller called a pack before."""
    op.create_table(
        "foreign_sku",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_foreign_sku_seller_id_seller")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_foreign_sku_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_sku")),
        sa.UniqueConstraint("seller_id", "code", name=op.f("uq_foreign_sku_seller_id_code")),
    )
    op.create_index(op.f("ix_foreign_sku_sku_id"), "foreign_sku", ["sku_id"])
