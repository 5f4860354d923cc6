"""The whole life of an order: its states, the charges beside its goods, and its parcels by store."""

import sqlalchemy as sa
from alembic import op

from core.alter import swap_check

revision = "0022_order_life"
down_revision = "0021_feed"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

OLD_STATES = (
    "placed", "paid", "packing", "ready", "shipped", "handed_over", "held", "cancelled", "cancelled_lapsed",
    "to_refund", "refunded",
)  # fmt: skip
NEW_STATES = (
    "placed", "authorised", "paid", "packing", "ready", "shipped", "delivery_failed", "returned", "handed_over",
    "completed", "held", "cancelled", "cancelled_lapsed", "to_refund", "refunded", "part_refunded",
)  # fmt: skip
OLD_KINDS = ("delivery", "bag", "gift_wrap")
NEW_KINDS = ("delivery", "bag", "gift_wrap", "cold_box", "deposit")

#: Each order that stands becomes one parcel with all its lines, as far along as the order is.
PARCELS = """
INSERT INTO shipment (code, order_id, store_id, position, state, weight_grams, attempts, version)
SELECT number || '-1', id, store_id, 1,
  CASE WHEN state IN ('placed', 'paid', 'held') THEN 'waiting'
       WHEN state IN ('packing', 'ready') THEN 'packed'
       WHEN state = 'shipped' THEN 'shipped'
       WHEN state = 'handed_over' THEN 'delivered' ELSE 'cancelled' END, 0, 0, 1
FROM shop_order
"""
PARCEL_LINES = """
INSERT INTO shipment_line (shipment_id, order_line_id, quantity)
SELECT s.id, l.id, l.quantity FROM order_line l JOIN shipment s ON s.order_id = l.order_id
"""


def upgrade() -> None:
    """Let the database know the new states and kinds, then make the parcels."""
    one_of("shop_order", "ck_shop_order_state_known", "state", NEW_STATES)
    one_of("order_charge", "ck_order_charge_kind_known", "kind", NEW_KINDS)
    create_parcels()
    op.execute(PARCELS)
    op.execute(PARCEL_LINES)


def downgrade() -> None:
    """Forget the parcels and the states that came with them."""
    op.drop_table("shipment_line")
    op.drop_table("shipment")
    one_of("order_charge", "ck_order_charge_kind_known", "kind", OLD_KINDS)
    one_of("shop_order", "ck_shop_order_state_known", "state", OLD_STATES)


def one_of(table: str, name: str, column: str, values: tuple[str, ...]) -> None:
    """Let a column hold these values."""
    listed = ", ".join(f"'{value}'" for value in values)
    swap_check(op.get_bind(), table, name, f"{column} IN ({listed})")


def create_parcels() -> None:
    """What one store packs of one order, and which part of each line."""
    op.create_table(
        "shipment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=True),
        sa.Column("courier", sa.String(length=120), nullable=True),
        sa.Column("tracking", sa.String(length=60), nullable=True),
        sa.Column("weight_grams", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("packed_at", INSTANT, nullable=True),
        sa.Column("shipped_at", INSTANT, nullable=True),
        sa.Column("delivered_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'packed', 'shipped', 'failed', 'returned', 'delivered', 'cancelled')",
            name=op.f("ck_shipment_state_known"),
        ),
        sa.CheckConstraint("weight_grams >= 0 AND attempts >= 0", name=op.f("ck_shipment_not_negative")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_shipment_order_id_shop_order")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_shipment_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("code", name=op.f("uq_shipment_code")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_shipment_order_id_position")),
    )
    op.create_index("ix_shipment_store_state", "shipment", ["store_id", "state"])
    op.create_table(
        "shipment_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_line_quantity_positive")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_line_shipment_id_shipment")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_shipment_line_order_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_line")),
        sa.UniqueConstraint("shipment_id", "order_line_id", name=op.f("uq_shipment_line_shipment_id_order_line_id")),
    )
    op.create_index("ix_shipment_line_order_line_id", "shipment_line", ["order_line_id"])
