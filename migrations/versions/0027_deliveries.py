"""Carriers, labels, collecting at the counter: promised time, collector, what left in which parcel, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0027_deliveries"
down_revision = "0026_checkout"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

#: What left so far, by the ledger: until now an order was one parcel, and its sales stand under its number.
LEFT = """
INSERT INTO shipment_lot (shipment_id, order_line_id, level_id, lot_id, quantity, left_at)
SELECT s.id, ol.id, m.level_id, l.lot_id, -m.delta, m.at
FROM shipment s
JOIN shop_order o ON o.id = s.order_id
JOIN stock_movement m ON m.document_type = 'order' AND m.document_ref = o.number AND m.reason = 'sale'
JOIN stock_level l ON l.id = m.level_id
JOIN lot ON lot.id = l.lot_id
JOIN order_line ol ON ol.order_id = o.id AND ol.sku_id = lot.sku_id
"""
#: Parcels of orders that went their way before there were parcels: their instants stand on the timeline.
INSTANTS = """
UPDATE shipment SET {column} = (
  SELECT max(e.at) FROM order_event e WHERE e.order_id = shipment.order_id AND e.action = '{action}')
WHERE {column} IS NULL
"""


#: What left is never changed; that it came back is written once.
CHANGED = "OLD.came_back_at IS NOT NULL OR NEW.quantity <> OLD.quantity OR NEW.lot_id <> OLD.lot_id"
GUARDS = {
    "sqlite": (
        (
            f"CREATE TRIGGER shipment_lot_once BEFORE UPDATE ON shipment_lot WHEN {CHANGED} "
            "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        ),
        (
            "CREATE TRIGGER shipment_lot_no_delete BEFORE DELETE ON shipment_lot "
            "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        ),
    ),
    "postgresql": (
        (
            f"CREATE TRIGGER shipment_lot_once BEFORE UPDATE ON shipment_lot FOR EACH ROW WHEN ({CHANGED}) "
            "EXECUTE FUNCTION orders_append_only()"
        ),
        (
            "CREATE TRIGGER shipment_lot_no_delete BEFORE DELETE ON shipment_lot FOR EACH ROW "
            "EXECUTE FUNCTION orders_append_only()"
        ),
    ),
}
#: The table that `shipment_lot` takes the place of: one row for a line and a lot, which could not come back.
BACK = """
INSERT INTO order_line_lot (order_line_id, lot_id, quantity)
SELECT order_line_id, lot_id, sum(quantity) FROM shipment_lot WHERE came_back_at IS NULL
GROUP BY order_line_id, lot_id
"""
OLD_GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER order_line_lot_no_{verb.lower()} BEFORE {verb} ON order_line_lot "
        "BEGIN SELECT RAISE(ABORT, 'append_only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        (
            "CREATE TRIGGER order_line_lot_append BEFORE UPDATE OR DELETE ON order_line_lot "
            "FOR EACH ROW EXECUTE FUNCTION orders_append_only()"
        ),
    ),
}


def upgrade() -> None:
    """Columns beside orders and parcels, and two tables."""
    op.add_column("shop_order", sa.Column("promised_at", INSTANT, nullable=True))
    op.add_column("shop_order", sa.Column("collector_name", sa.String(length=120), nullable=True))
    op.add_column("shop_order", sa.Column("collector_phone", sa.String(length=20), nullable=True))
    op.add_column("shipment", sa.Column("returned_at", INSTANT, nullable=True))
    op.add_column("shipment", sa.Column("cash_vnd", sa.BigInteger(), nullable=True))
    op.add_column("shipment", sa.Column("failure", sa.String(length=20), nullable=True))
    create_lots()
    op.create_table(
        "order_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_order_note_order_id_shop_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_note")),
    )
    op.create_index(op.f("ix_order_note_order_id"), "order_note", ["order_id"])
    op.execute(LEFT)
    op.drop_table("order_line_lot")
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    for column, action in (("packed_at", "pack"), ("shipped_at", "ship"), ("delivered_at", "hand_over")):
        op.execute(INSTANTS.format(column=column, action=action))


def downgrade() -> None:
    """Back to orders without carriers."""
    op.drop_table("order_note")
    create_old_lots()
    op.execute(BACK)
    for statement in OLD_GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)
    op.drop_table("shipment_lot")
    op.drop_column("shipment", "failure")
    op.drop_column("shipment", "cash_vnd")
    op.drop_column("shipment", "returned_at")
    op.drop_column("shop_order", "collector_phone")
    op.drop_column("shop_order", "collector_name")
    op.drop_column("shop_order", "promised_at")


def create_lots() -> None:
    """What left its level in which parcel."""
    op.create_table(
        "shipment_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("left_at", INSTANT, nullable=False),
        sa.Column("came_back_at", INSTANT, nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipment_lot_quantity_positive")),
        sa.CheckConstraint(
            "came_back_at IS NULL OR came_back_at >= left_at", name=op.f("ck_shipment_lot_left_before_it_came_back")
        ),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_lot_shipment_id_shipment")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_shipment_lot_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_shipment_lot_level_id_stock_level")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_shipment_lot_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment_lot")),
    )
    op.create_index(op.f("ix_shipment_lot_shipment_id"), "shipment_lot", ["shipment_id"])
    op.create_index(op.f("ix_shipment_lot_order_line_id"), "shipment_lot", ["order_line_id"])


def create_old_lots() -> None:
    """Which lot a line was served from, as migration 0003 had it."""
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
    op.create_index(op.f("ix_order_line_lot_lot_id"), "order_line_lot", ["lot_id"])
