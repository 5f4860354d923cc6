"""Vouchers for services: what was promised never changes, and each is used or given back once."""

import sqlalchemy as sa
from alembic import op

revision = "0029_vouchers"
down_revision = "0028_invoices"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PROMISED = (
    "id", "code", "order_id", "order_line_id", "position", "store_id", "producer_id", "product_id", "certificate_id",
    "price_vnd", "sold_on", "valid_from", "valid_until", "issued_at",
)  # fmt: skip
CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in PROMISED)
#: (name, verb, when it is refused)
KEPT = (
    ("voucher_kept", "DELETE", "OLD.id IS NOT NULL"),
    ("voucher_born_live", "INSERT", "NEW.state <> 'live'"),
    ("voucher_promise_fixed", "UPDATE", CHANGED),
    (
        "voucher_once", "UPDATE",
        ("OLD.state <> 'live' AND (NEW.state <> OLD.state OR NEW.redeemed_at IS DISTINCT FROM OLD.redeemed_at"
        " OR NEW.redeemed_by IS DISTINCT FROM OLD.redeemed_by OR NEW.ended_at IS DISTINCT FROM OLD.ended_at)"),
    ),
)  # fmt: skip
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON voucher WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON voucher FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""


def upgrade() -> None:
    """Make the table and its guards."""
    create_voucher()
    form = POSTGRES_KEPT if op.get_bind().dialect.name == "postgresql" else SQLITE_KEPT
    for name, verb, when in KEPT:
        op.execute(form.format(name=name, verb=verb, when=when))


def downgrade() -> None:
    """Forget vouchers."""
    where = " ON voucher" if op.get_bind().dialect.name == "postgresql" else ""
    for name, *_rest in KEPT:
        op.execute(f"DROP TRIGGER {name}{where}")
    op.drop_table("voucher")


def create_voucher() -> None:
    """One piece of a service."""
    op.create_table(
        "voucher",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("redeemed_at", INSTANT, nullable=True),
        sa.Column("redeemed_by", sa.String(length=120), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'redeemed') = (redeemed_at IS NOT NULL)", name=op.f("ck_voucher_redeemed_when")),
        sa.CheckConstraint(
            "(state IN ('returned', 'void')) = (ended_at IS NOT NULL)", name=op.f("ck_voucher_ended_when")
        ),
        sa.CheckConstraint("state IN ('live', 'redeemed', 'returned', 'void')", name=op.f("ck_voucher_state_known")),
        sa.CheckConstraint("(redeemed_at IS NULL) = (redeemed_by IS NULL)", name=op.f("ck_voucher_redeemed_by_whom")),
        sa.CheckConstraint("price_vnd >= 0", name=op.f("ck_voucher_price_not_negative")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_voucher_days_ordered")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_voucher_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_voucher_order_id_shop_order")),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_line.id"], name=op.f("fk_voucher_order_line_id_order_line")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_voucher_producer_id_producer")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_voucher_product_id_product")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_voucher_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher")),
        sa.UniqueConstraint("code", name=op.f("uq_voucher_code")),
        sa.UniqueConstraint("order_line_id", "position", name=op.f("uq_voucher_order_line_id_position")),
    )
    op.create_index(op.f("ix_voucher_certificate_id"), "voucher", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_voucher_order_id"), "voucher", ["order_id"], unique=False)
    op.create_index("ix_voucher_producer_state", "voucher", ["producer_id", "state"], unique=False)
    op.create_index(op.f("ix_voucher_product_id"), "voucher", ["product_id"], unique=False)
    op.create_index("ix_voucher_store_state", "voucher", ["store_id", "state"], unique=False)
