"""Checkout: coupons and their uses, fees of delivery by zone, weight and day, what a pack asks of its carrier.

A line's share of a discount is frozen with the line. An order remembers its coupon's code and, where asked, what an
electronic invoice is to say.
"""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from core.alter import add_check, drop_check

revision = "0026_checkout"
down_revision = "0025_refunds"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TABLES = ("delivery_step", "delivery_tariff", "coupon_use", "coupon_target", "coupon")
FLAGS = ("is_pickup_only", "is_fragile", "is_cold")

#: (table, name, condition)
CHECKS = (
    ("order_line", "ck_order_line_discount_within_line", "discount_vnd BETWEEN 0 AND line_total_vnd"),
    ("shop_order", "ck_shop_order_discount_has_coupon", "coupon_code IS NOT NULL OR discount_total_vnd = 0"),
)
#: (name, verb, table, when it is refused)
KEPT = (
    ("shop_order_coupon_fixed", "UPDATE", "shop_order", "NEW.coupon_code IS DISTINCT FROM OLD.coupon_code"),
    (
        "coupon_use_fixed", "UPDATE", "coupon_use",
        ("NEW.coupon_id <> OLD.coupon_id OR NEW.reference <> OLD.reference OR NEW.customer <> OLD.customer "
        "OR NEW.discount_vnd <> OLD.discount_vnd OR NEW.used_at <> OLD.used_at OR OLD.state <> 'used'"),
    ),
    ("coupon_use_kept", "DELETE", "coupon_use", "OLD.id IS NOT NULL"),
    ("coupon_code_fixed", "UPDATE", "coupon", "NEW.code <> OLD.code"),
)  # fmt: skip
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
#: On PostgreSQL the trigger of 0003 compares whole rows; on SQLite it names its columns.
SQLITE_DISCOUNT = """
CREATE TRIGGER order_line_discount_frozen BEFORE UPDATE ON order_line WHEN NEW.discount_vnd IS NOT OLD.discount_vnd
BEGIN SELECT RAISE(ABORT, 'order_line_frozen'); END
"""

#: The fees that stood in the code until now, with steps for what is heavy; 0 grams: each further kilogram begun.
FIRST_DAY = date(2000, 1, 1)
STEPS = {
    "local": ((5_000, 20_000), (10_000, 30_000), (0, 3_000)),
    "province": ((5_000, 20_000), (10_000, 35_000), (0, 4_000)),
    "near": ((3_000, 35_000), (10_000, 55_000), (0, 6_000)),
    "far": ((3_000, 35_000), (10_000, 65_000), (0, 8_000)),
}


def upgrade() -> None:
    """Make columns, tables and guards, then the first fees."""
    add_columns()
    create_coupons()
    create_delivery()
    create_guards()
    add_first_fees()


def downgrade() -> None:
    """Drop them; triggers go before the columns that they read."""
    on_postgresql = " ON {}" if op.get_bind().dialect.name == "postgresql" else ""
    if not on_postgresql:
        op.execute("DROP TRIGGER order_line_discount_frozen")
    for name, _verb, table, _when in KEPT:
        op.execute(f"DROP TRIGGER {name}{on_postgresql.format(table)}")
    for table in TABLES:
        op.drop_table(table)
    for table, name, _condition in CHECKS:
        drop_check(op.get_bind(), table, name)
    op.drop_column("cart", "coupon_code")
    op.drop_column("shop_order", "invoice_wish")
    op.drop_column("shop_order", "coupon_code")
    op.drop_column("order_line", "discount_vnd")
    for name in FLAGS:
        op.drop_column("sku", name)


def add_columns() -> None:
    """What packs, carts, orders and lines know more."""
    for name in FLAGS:
        op.add_column("sku", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("order_line", sa.Column("discount_vnd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("shop_order", sa.Column("coupon_code", sa.String(length=40), nullable=True))
    op.add_column("shop_order", sa.Column("invoice_wish", JSON, nullable=True))
    op.add_column("cart", sa.Column("coupon_code", sa.String(length=40), nullable=True))
    for table, name, condition in CHECKS:
        add_check(op.get_bind(), table, name, condition)


def create_coupons() -> None:
    """Coupons, what they are for, who used them."""
    op.create_table(
        "coupon",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=True),
        sa.Column("most_vnd", sa.BigInteger(), nullable=True),
        sa.Column("minimum_vnd", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("max_per_customer", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("is_stopped", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(percent IS NULL) <> (amount_vnd IS NULL)", name=op.f("ck_coupon_percent_or_amount")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_coupon_percent_in_range")),
        sa.CheckConstraint(
            "(amount_vnd IS NULL OR amount_vnd > 0) AND (most_vnd IS NULL OR most_vnd > 0) AND minimum_vnd >= 0",
            name=op.f("ck_coupon_money_positive"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_coupon_days_ordered")),
        sa.CheckConstraint("max_uses >= 1 AND max_per_customer >= 1", name=op.f("ck_coupon_limits_positive")),
        sa.CheckConstraint("used BETWEEN 0 AND max_uses", name=op.f("ck_coupon_used_within_limit")),
        sa.PrimaryKeyConstraint("id", name="pk_coupon"),
        sa.UniqueConstraint("code", name="uq_coupon_code"),
    )
    op.create_table(
        "coupon_target",
        sa.Column("id", KEY, nullable=False),
        sa.Column("coupon_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("group_code", sa.String(length=4), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN product_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN producer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN group_code IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_coupon_target_one_thing"),
        ),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name="fk_coupon_target_coupon_id_coupon"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_coupon_target_product_id_product"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_coupon_target_producer_id_producer"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon_target"),
    )
    op.create_index("ix_coupon_target_coupon_id", "coupon_target", ["coupon_id"])
    op.create_table(
        "coupon_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("coupon_id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=64), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('used', 'returned')", name=op.f("ck_coupon_use_state_known")),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_at IS NOT NULL)", name=op.f("ck_coupon_use_returned_when")
        ),
        sa.CheckConstraint("discount_vnd > 0", name=op.f("ck_coupon_use_discount_positive")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupon.id"], name="fk_coupon_use_coupon_id_coupon"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_coupon_use_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_coupon_use"),
        sa.UniqueConstraint("reference", name="uq_coupon_use_reference"),
    )
    op.create_index("ix_coupon_use_customer", "coupon_use", ["coupon_id", "customer"])
    op.create_index("ix_coupon_use_user_id", "coupon_use", ["user_id"])


def create_delivery() -> None:
    """Fees, as they stand from a day on."""
    op.create_table(
        "delivery_tariff",
        sa.Column("id", KEY, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("free_from_vnd", sa.BigInteger(), nullable=True),
        sa.Column("cold_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fragile_vnd", sa.BigInteger(), nullable=False),
        sa.Column("pack_grams", sa.Integer(), nullable=False),
        sa.Column("near", JSON, nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(free_from_vnd IS NULL OR free_from_vnd >= 0) AND cold_vnd >= 0 AND fragile_vnd >= 0 AND pack_grams > 0",
            name=op.f("ck_delivery_tariff_not_negative"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_tariff"),
        sa.UniqueConstraint("starts_on", name="uq_delivery_tariff_starts_on"),
    )
    op.create_table(
        "delivery_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tariff_id", KEY, nullable=False),
        sa.Column("zone", sa.String(length=10), nullable=False),
        sa.Column("up_to_grams", sa.Integer(), nullable=False),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("zone IN ('local', 'province', 'near', 'far')", name=op.f("ck_delivery_step_zone_known")),
        sa.CheckConstraint("up_to_grams >= 0 AND fee_vnd >= 0", name=op.f("ck_delivery_step_not_negative")),
        sa.ForeignKeyConstraint(
            ["tariff_id"], ["delivery_tariff.id"], name="fk_delivery_step_tariff_id_delivery_tariff"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_step"),
        sa.UniqueConstraint("tariff_id", "zone", "up_to_grams", name="uq_delivery_step_tariff_id_zone_up_to_grams"),
    )


def create_guards() -> None:
    """What never changes once it is written."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in KEPT:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            text = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=text))
    if not is_postgresql:
        op.execute(SQLITE_DISCOUNT)


def add_first_fees() -> None:
    """A shop delivers from its first day on, at the fees that were fixed until now."""
    tariff = sa.table(
        "delivery_tariff", sa.column("id", KEY), sa.column("starts_on", sa.Date()), sa.column("free_from_vnd", KEY),
        sa.column("cold_vnd", KEY), sa.column("fragile_vnd", KEY), sa.column("pack_grams", KEY),
        sa.column("near", JSON), sa.column("entered_at", INSTANT), sa.column("entered_by", sa.String()),
    )  # fmt: skip
    step = sa.table(
        "delivery_step", sa.column("tariff_id", KEY), sa.column("zone", sa.String()), sa.column("up_to_grams", KEY),
        sa.column("fee_vnd", KEY),
    )  # fmt: skip
    op.bulk_insert(tariff, [{
        "starts_on": FIRST_DAY, "free_from_vnd": 500_000, "cold_vnd": 15_000, "fragile_vnd": 0, "pack_grams": 500,
        "near": {"provinces": []}, "entered_at": datetime(2000, 1, 1, tzinfo=UTC), "entered_by": "0026",
    }])  # fmt: skip
    tariff_id = op.get_bind().execute(sa.select(tariff.c.id)).scalar_one()
    op.bulk_insert(step, [
        {"tariff_id": tariff_id, "zone": zone, "up_to_grams": grams, "fee_vnd": fee}
        for zone, steps in STEPS.items() for grams, fee in steps
    ])  # fmt: skip
