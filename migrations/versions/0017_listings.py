"""Label data of listings, measures and VAT class of packs, and how far a producer has come.

Columns are added, tables never rebuilt: triggers and views of 0002 and later hang on `listing` and `sku`.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017_listings"
down_revision = "0016_mandates"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: Texts of the listing's label, and how long each may be.
LABEL = (("maker_address", 300), ("origin", 120), ("warnings", 1000), ("dates_note", 200), ("specs", 1000))
CLASSES = "vat_class IS NULL OR vat_class IN ('own_produce','produce','processed','full')"


def upgrade() -> None:
    """Make the columns and the table."""
    for name, length in LABEL:
        op.add_column("listing", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    op.add_column("sku", sa.Column("storage", sa.String(300), nullable=False, server_default=""))
    for name in ("net_ml", "net_pieces"):
        add_checked(name, sa.Integer(), f"{name} IS NULL OR {name} > 0", f"ck_sku_{name}_positive")
    add_checked("vat_class", sa.String(16), CLASSES, "ck_sku_vat_class_known")
    op.create_table(
        "listing_progress",
        sa.Column("listing_id", KEY, autoincrement=False, nullable=False),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name=op.f("fk_listing_progress_listing_id_listing")),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_progress")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("listing_progress")
    for name in ("vat_class", "net_pieces", "net_ml", "storage"):
        op.drop_column("sku", name)
    for name, _length in reversed(LABEL):
        op.drop_column("listing", name)


def add_checked(name: str, kind: sa.types.TypeEngine[object], condition: str, check: str) -> None:
    """Add a column of `sku` together with its check: SQLite cannot give a table one afterwards."""
    op.add_column("sku", sa.Column(name, kind, sa.CheckConstraint(condition, name=op.f(check)), nullable=True))
