"""The parcel that an order's charges are paid with is kept when it is packed.

Until now it was the first that was not called off, so that a later call-off moved charges to a parcel whose carrier had
been told without them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048_parcel_charges"
down_revision = "0047_meetings"
branch_labels = None
depends_on = None

CHARGED = sa.text("has_charges AND state <> 'cancelled'")
#: What was packed or left under the rule of then: the first that is not called off has the charges.
LEFT = """
UPDATE shipment SET has_charges = TRUE
WHERE state IN ('packed', 'shipped', 'failed', 'returned', 'delivered') AND NOT EXISTS (
  SELECT 1 FROM shipment f
  WHERE f.order_id = shipment.order_id AND f.position < shipment.position AND f.state <> 'cancelled'
)
"""


def upgrade() -> None:
    """One column, filled for what is packed or out, and at most one such parcel of an order."""
    op.add_column("shipment", sa.Column("has_charges", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(LEFT)
    op.create_index(
        "uq_shipment_charges", "shipment", ["order_id"], unique=True, sqlite_where=CHARGED, postgresql_where=CHARGED
    )


def downgrade() -> None:
    """Without it."""
    op.drop_index("uq_shipment_charges", table_name="shipment")
    op.drop_column("shipment", "has_charges")
