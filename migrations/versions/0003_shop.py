"""Shop: sellers, stores, lots with their append-only ledger and holds, carts, payments, orders.

Guards that stand in the database itself: no movement is ever changed or deleted, no level promises more than
lies there, and no order line is stored or decided on a day that its certificate does not cover
(``migrations/sql/orders_*.sql``).
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_shop"
down_revision = "0002_catalog"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

SQL = Path(__file__).parents[1] / "sql"
#: In the order of their making; dropped from the end.
TABLES = (
    "seller",
    "store",
    "place",
    "lot",
    "stock_level",
    "stock_movement",
    "stock_hold",
    "goods_receipt",
    "cart",
    "cart_line",
    "payment",
    "payment_event",
    "shop_order",
    "order_charge",
    "order_event",
    "order_line",
    "order_line_lot",
)

SQLITE_APPEND_ONLY = """
CREATE TRIGGER stock_movement_no_{verb} BEFORE {verb} ON stock_movement
BEGIN SELECT RAISE(ABORT, 'stock_movement is append-only'); END
"""
POSTGRES_APPEND_ONLY = """
CREATE TRIGGER stock_movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movement
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Make the tables, shut the ledger, then guard the orders."""
    create_sellers_and_stores()
    create_stock()
    create_carts()
    create_payments()
    create_orders()
    guard_ledger()
    run(f"orders_{op.get_bind().dialect.name}.sql")


def downgrade() -> None:
    """Drop the triggers with their tables, then what they called."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        run("orders_postgresql_down.sql")


def guard_ledger() -> None:
    """Refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE of movements."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_APPEND_ONLY)
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(SQLITE_APPEND_ONLY.format(verb=verb))


def run(name: str) -> None:
    """Execute a file of statements that are parted by lines of ``--;;``."""
    for statement in (SQL / name).read_text(encoding="utf-8").split("--;;"):
        if statement.strip():
            op.execute(statement.strip())


def create_sellers_and_stores() -> None:
    """Who sells, where, and the places inside."""
    op.create_table(
        "seller",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tax_code", sa.String(length=20), nullable=False),
        sa.Column("vat_method", sa.String(length=10), nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=True),
        sa.Column("bank_account", sa.String(length=30), nullable=True),
        sa.Column("bank_holder", sa.String(length=100), nullable=True),
        sa.Column("invoice_series", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("vat_method IN ('credit', 'direct', 'household')", name=op.f("ck_seller_vat_method_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller")),
        sa.UniqueConstraint("code", name=op.f("uq_seller_code")),
    )
    op.create_table(
        "store",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("area_id", KEY, nullable=False),
        sa.Column("serves_area_id", KEY, nullable=True),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lng", sa.Double(), nullable=True),
        sa.Column("has_pickup", sa.Boolean(), nullable=False),
        sa.Column("has_delivery", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('mart', 'centre', 'stall')", name=op.f("ck_store_kind_known")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90 AND lng BETWEEN -180 AND 180", name=op.f("ck_store_on_earth")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_store_area_id_area")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_store_seller_id_seller")),
        sa.ForeignKeyConstraint(["serves_area_id"], ["area.id"], name=op.f("fk_store_serves_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.UniqueConstraint("code", name=op.f("uq_store_code")),
    )
    op.create_index(op.f("ix_store_area_id"), "store", ["area_id"], unique=False)
    op.create_index(op.f("ix_store_seller_id"), "store", ["seller_id"], unique=False)
    op.create_index(op.f("ix_store_serves_area_id"), "store", ["serves_area_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.CheckConstraint("code IN ('shelf', 'back', 'transit')", name=op.f("ck_place_code_known")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_place_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("store_id", "code", name=op.f("uq_place_store_id_code")),
    )


def create_stock() -> None:
    """Lots, levels, movements, holds, receipts."""
    op.create_table(
        "goods_receipt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("delivery_note", sa.String(length=60), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_goods_receipt_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint("code", name=op.f("uq_goods_receipt_code")),
    )
    op.create_index(op.f("ix_goods_receipt_store_id"), "goods_receipt", ["store_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ground", sa.String(length=12), nullable=True),
        sa.Column("state_note", sa.String(length=300), nullable=True),
        sa.Column("is_consigned", sa.Boolean(), nullable=False),
        sa.Column("unit_cost_vnd", sa.BigInteger(), nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'ok') = (ground IS NULL)", name=op.f("ck_lot_ground_when_not_ok")),
        sa.CheckConstraint(
            "ground IS NULL OR ground IN ('certificate', 'expired', 'quality', 'recall')",
            name=op.f("ck_lot_ground_known"),
        ),
        sa.CheckConstraint("state IN ('blocked', 'ok', 'recalled')", name=op.f("ck_lot_state_known")),
        sa.CheckConstraint("commission_bp BETWEEN 0 AND 10000", name=op.f("ck_lot_commission_within_whole")),
        sa.CheckConstraint(
            "expires_on IS NULL OR made_on IS NULL OR expires_on >= made_on", name=op.f("ck_lot_made_first")
        ),
        sa.CheckConstraint("unit_cost_vnd >= 0", name=op.f("ck_lot_cost_not_negative")),
        sa.ForeignKeyConstraint(["certificate_id"], ["certificate.id"], name=op.f("fk_lot_certificate_id_certificate")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_lot_product_id_product")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_lot_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("code", name=op.f("uq_lot_code")),
    )
    op.create_index(op.f("ix_lot_expires_on"), "lot", ["expires_on"], unique=False)
    op.create_index(op.f("ix_lot_product_id"), "lot", ["product_id"], unique=False)
    op.create_index(op.f("ix_lot_sku_id"), "lot", ["sku_id"], unique=False)
    op.create_table(
        "stock_level",
        sa.Column("id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("held >= 0 AND held <= on_hand", name=op.f("ck_stock_level_held_within_on_hand")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_level_lot_id_lot")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_stock_level_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_level")),
        sa.UniqueConstraint("place_id", "lot_id", name=op.f("uq_stock_level_place_id_lot_id")),
    )
    op.create_index(op.f("ix_stock_level_lot_id"), "stock_level", ["lot_id"], unique=False)
    op.create_table(
        "stock_hold",
        sa.Column("id", KEY, nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'active') = (closed_at IS NULL)", name=op.f("ck_stock_hold_closed_when_not_active")
        ),
        sa.CheckConstraint("state IN ('active', 'committed', 'released')", name=op.f("ck_stock_hold_state_known")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_hold_quantity_positive")),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_stock_hold_level_id_stock_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_hold")),
    )
    op.create_index(
        "ix_stock_hold_active",
        "stock_hold",
        ["level_id"],
        unique=False,
        postgresql_where=sa.text("state = 'active'"),
        sqlite_where=sa.text("state = 'active'"),
    )
    op.create_index(op.f("ix_stock_hold_reference"), "stock_hold", ["reference"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("document_type", sa.String(length=20), nullable=False),
        sa.Column("document_ref", sa.String(length=60), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "(delta > 0 AND reason IN ('receipt', 'return', 'transfer_in')) OR (delta < 0 AND reason IN ('damage', 'expiry', 'producer_return', 'recall', 'sale', 'tasting', 'transfer_out')) OR reason = 'count'",
            name=op.f("ck_stock_movement_sign_fits_reason"),
        ),
        sa.CheckConstraint(
            "reason IN ('count', 'damage', 'expiry', 'producer_return', 'recall', 'receipt', 'return', 'sale', 'tasting', 'transfer_in', 'transfer_out')",
            name=op.f("ck_stock_movement_reason_known"),
        ),
        sa.CheckConstraint("delta <> 0", name=op.f("ck_stock_movement_delta_moves")),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_stock_movement_level_id_stock_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
    )
    op.create_index(op.f("ix_stock_movement_at"), "stock_movement", ["at"], unique=False)
    op.create_index("ix_stock_movement_document", "stock_movement", ["document_type", "document_ref"], unique=False)
    op.create_index(op.f("ix_stock_movement_level_id"), "stock_movement", ["level_id"], unique=False)


def create_carts() -> None:
    """What visitors mean to buy."""
    op.create_table(
        "cart",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("store_id", KEY, nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("is_adult", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_cart_store_id_store")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_cart_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart")),
        sa.UniqueConstraint("token", name=op.f("uq_cart_token")),
    )
    op.create_index(op.f("ix_cart_user_id"), "cart", ["user_id"], unique=False)
    op.create_table(
        "cart_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cart_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name=op.f("ck_cart_line_quantity_in_range")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_cart_line_cart_id_cart")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_cart_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("cart_id", "sku_id", name=op.f("uq_cart_line_cart_id_sku_id")),
    )


def create_payments() -> None:
    """Payments and everything that ever happened to them."""
    op.create_table(
        "payment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("captured_vnd", sa.BigInteger(), nullable=False),
        sa.Column("refunded_vnd", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("qr_text", sa.Text(), nullable=True),
        sa.Column("bank_bin", sa.Text(), nullable=True),
        sa.Column("bank_account", sa.Text(), nullable=True),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("provider_ref", sa.Text(), nullable=True),
        sa.Column("refund_ref", sa.Text(), nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("captured_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('captured','to_refund','refunded')) = (captured_vnd > 0)",
            name=op.f("ck_payment_captured_when_received"),
        ),
        sa.CheckConstraint(
            "status IN ('pending','authorised','captured','failed','cancelled','expired','to_refund','refunded')",
            name=op.f("ck_payment_status_known"),
        ),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_payment_amount_positive")),
        sa.CheckConstraint(
            "captured_vnd >= 0 AND captured_vnd <= amount_vnd", name=op.f("ck_payment_captured_within_amount")
        ),
        sa.CheckConstraint(
            "refunded_vnd >= 0 AND refunded_vnd <= captured_vnd", name=op.f("ck_payment_refunded_within_captured")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_payment_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "provider_ref", name=op.f("uq_payment_provider_provider_ref")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
    )
    op.create_index(op.f("ix_payment_expires_at"), "payment", ["expires_at"], unique=False)
    op.create_index(op.f("ix_payment_seller_id"), "payment", ["seller_id"], unique=False)
    op.create_table(
        "payment_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("payment_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("signal", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_event_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
    )
    op.create_index(op.f("ix_payment_event_payment_id"), "payment_event", ["payment_id"], unique=False)


def create_orders() -> None:
    """Orders with their snapshots."""
    op.create_table(
        "shop_order",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("cart_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_because", sa.String(length=20), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("address_line", sa.String(length=300), nullable=True),
        sa.Column("area_id", KEY, nullable=True),
        sa.Column("area_name", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("lines_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("charges_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("collect_by", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("consents", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "method = 'pickup' OR address_line IS NOT NULL", name=op.f("ck_shop_order_delivery_has_address")
        ),
        sa.CheckConstraint("method IN ('pickup', 'delivery')", name=op.f("ck_shop_order_method_known")),
        sa.CheckConstraint(
            "state IN ('placed', 'paid', 'packing', 'ready', 'shipped', 'handed_over', 'held', 'cancelled', 'cancelled_lapsed', 'to_refund', 'refunded')",
            name=op.f("ck_shop_order_state_known"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_on IS NULL)", name=op.f("ck_shop_order_decided_day_with_instant")
        ),
        sa.CheckConstraint("discount_total_vnd <= lines_total_vnd", name=op.f("ck_shop_order_discount_within_lines")),
        sa.CheckConstraint(
            "lines_total_vnd >= 0 AND discount_total_vnd >= 0 AND charges_total_vnd >= 0 AND total_vnd > 0",
            name=op.f("ck_shop_order_money_not_negative"),
        ),
        sa.CheckConstraint(
            "total_vnd = lines_total_vnd - discount_total_vnd + charges_total_vnd",
            name=op.f("ck_shop_order_total_is_the_sum"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_shop_order_area_id_area")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name=op.f("fk_shop_order_cart_id_cart")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_shop_order_seller_id_seller")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_shop_order_store_id_store")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_shop_order_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_shop_order_cart_id")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_order_number")),
    )
    op.create_index(op.f("ix_shop_order_contact_phone"), "shop_order", ["contact_phone"], unique=False)
    op.create_index("ix_shop_order_store_state", "shop_order", ["store_id", "state"], unique=False)
    op.create_index(op.f("ix_shop_order_user_id"), "shop_order", ["user_id"], unique=False)
    op.create_table(
        "order_charge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('delivery', 'bag', 'gift_wrap')", name=op.f("ck_order_charge_kind_known")),
        sa.CheckConstraint("amount_vnd >= 0", name=op.f("ck_order_charge_amount_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_charge_order_id_shop_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_charge")),
    )
    op.create_index(op.f("ix_order_charge_order_id"), "order_charge", ["order_id"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_event_order_id_shop_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
    )
    op.create_index(op.f("ix_order_event_order_id"), "order_event", ["order_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("sku_code", sa.String(length=40), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("producer_name", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("line_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("certificate_code", sa.String(length=20), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.CheckConstraint("unit IN ('piece', 'gram')", name=op.f("ck_order_line_unit_known")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_on IS NULL)", name=op.f("ck_order_line_decided_day_with_instant")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.CheckConstraint("stars BETWEEN 3 AND 5", name=op.f("ck_order_line_stars_sellable")),
        sa.CheckConstraint("unit_price_vnd > 0 AND line_total_vnd >= 0", name=op.f("ck_order_line_price_positive")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_order_line_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_line_order_id_shop_order")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_order_line_product_id_product")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_order_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
    )
    op.create_index(op.f("ix_order_line_certificate_id"), "order_line", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_order_line_product_id"), "order_line", ["product_id"], unique=False)
    op.create_index(op.f("ix_order_line_sku_id"), "order_line", ["sku_id"], unique=False)
    op.create_table(
        "order_line_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_lot_quantity_positive")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_order_line_lot_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_order_line_lot_order_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line_lot")),
        sa.UniqueConstraint("order_line_id", "lot_id", name=op.f("uq_order_line_lot_order_line_id_lot_id")),
    )
    op.create_index(op.f("ix_order_line_lot_lot_id"), "order_line_lot", ["lot_id"], unique=False)
