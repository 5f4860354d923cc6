"""The feed of changes that readers in memory follow (core/feed.py), written by triggers and by nothing else.

One small row for each change of what a shopper may see: what is for sale (topic product), who makes it (producer),
where (area), how much lies in the stores (stock), which stores there are (store).
"""

import sqlalchemy as sa
from alembic import op

revision = "0021_feed"
down_revision = "0020_browse"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SKU_OF_HOLD = """
(SELECT lot.sku_id FROM stock_level JOIN lot ON lot.id = stock_level.lot_id WHERE stock_level.id = {row}.level_id)
"""
PRODUCT_OF_PRICE = """
(SELECT listing.product_id FROM sku JOIN listing ON listing.id = sku.listing_id WHERE sku.id = {row}.sku_id)
"""
#: Table, topic, and the subject of a row ``{row}`` (NEW or OLD).
TOLD = (
    ("listing", "product", "{row}.product_id"),
    ("sku", "product", "(SELECT product_id FROM listing WHERE id = {row}.listing_id)"),
    ("product", "product", "{row}.id"),
    ("certificate", "product", "{row}.product_id"),
    ("certificate_suspension", "product", "(SELECT product_id FROM certificate WHERE id = {row}.certificate_id)"),
    ("product_stop", "product", "coalesce({row}.product_id, 0)"),
    ("product_stop", "producer", "coalesce({row}.producer_id, 0)"),
    ("producer", "producer", "{row}.id"),
    ("area", "area", "0"),
    ("area_change", "area", "0"),
    ("stock_level", "stock", "(SELECT sku_id FROM lot WHERE id = {row}.lot_id)"),
    ("stock_hold", "stock", SKU_OF_HOLD),
    ("lot", "stock", "{row}.sku_id"),
    ("price_change", "product", PRODUCT_OF_PRICE),
    ("product_photo", "product", "{row}.product_id"),
    ("search_synonym", "synonym", "0"),
    ("place", "store", "{row}.store_id"),
    ("store", "store", "{row}.id"),
)
#: Which rows a verb tells of: an updated one under its old and its new subject.
VERBS = {"insert": ("NEW",), "update": ("NEW", "OLD"), "delete": ("OLD",)}

SQLITE = """
CREATE TRIGGER {name} AFTER {verb} ON {table}
BEGIN INSERT INTO change_feed (topic, subject) SELECT '{topic}', s FROM ({subjects}) AS t WHERE s IS NOT NULL; END
"""
POSTGRESQL_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO change_feed (topic, subject, xid)
    SELECT '{topic}', s, CAST(CAST(pg_current_xact_id() AS text) AS bigint) FROM ({subjects}) AS t WHERE s IS NOT NULL;
    RETURN NULL;
END $$
"""
POSTGRESQL = "CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def upgrade() -> None:
    """Make the table and its triggers."""
    op.create_table(
        "change_feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_feed")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_change_feed_xid"), "change_feed", ["xid"])
    for table, topic, subject in TOLD:
        tell(table, topic, subject)


def downgrade() -> None:
    """Drop them."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table, topic, _subject in TOLD:
        for verb in VERBS:
            name = name_of(table, topic, verb)
            op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))
            if is_postgresql:
                op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("change_feed")


def tell(table: str, topic: str, subject: str) -> None:
    """Let each change of a row be told."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for verb, rows in VERBS.items():
        name = name_of(table, topic, verb)
        subjects = " UNION ".join(f"SELECT {subject.format(row=row)} AS s" for row in rows)
        if is_postgresql:
            op.execute(POSTGRESQL_FUNCTION.format(name=name, topic=topic, subjects=subjects))
            op.execute(POSTGRESQL.format(name=name, verb=verb.upper(), table=table))
        else:
            op.execute(SQLITE.format(name=name, verb=verb.upper(), table=table, topic=topic, subjects=subjects))


def name_of(table: str, topic: str, verb: str) -> str:
    """The trigger's name: feed_listing_product_insert."""
    return f"feed_{table}_{topic}_{verb}"
