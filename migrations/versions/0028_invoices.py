"""Electronic invoices with their corrections, and VAT as printed.

Lines and charges of orders say which kind of VAT has no rate. An invoice is never removed, and never changed once it has
its number; the number is the counter's next one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from core.alter import add_check, drop_check

revision = "0028_invoices"
down_revision = "0027_deliveries"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TABLES = ("invoice_event", "invoice_line", "invoice", "invoice_counter")
WITHOUT_RATE = "vat_kind IS NULL OR (vat_kind IN ('KCT', 'KKKNT', 'KTT') AND vat_bp = 0)"

#: Columns that never change, and those that do not once an invoice has its number.
IDENTITY = (
    "id", "code", "key", "order_id", "seller_id", "kind", "refers_to_id", "reason", "seller_name", "seller_tax_code",
    "seller_address", "vat_method", "paid_by", "net_vnd", "tax_vnd", "gross_vnd", "created_at",
)  # fmt: skip
PRINTED = (
    "series", "number", "issued_at", "issued_on", "issued_by", "buyer_kind", "buyer_name", "buyer_tax_code",
    "buyer_address", "buyer_email", "total_words",
)  # fmt: skip
MOVES = (
    ("draft", "issued"), ("draft", "discarded"), ("issued", "accepted"), ("issued", "rejected"), ("rejected", "issued"),
)  # fmt: skip


def changed(columns: tuple[str, ...]) -> str:
    """A condition: one of the columns changes."""
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


ALLOWED = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in MOVES)
#: (name, verb, table, when it is refused)
KEPT = (
    ("invoice_kept", "DELETE", "invoice", "OLD.id IS NOT NULL"),
    ("invoice_born_as_draft", "INSERT", "invoice", "NEW.state <> 'draft'"),
    ("invoice_identity_fixed", "UPDATE", "invoice", changed(IDENTITY)),
    ("invoice_printed_fixed", "UPDATE", "invoice", f"OLD.state <> 'draft' AND ({changed(PRINTED)})"),
    ("invoice_state_moves", "UPDATE", "invoice", f"NEW.state <> OLD.state AND NOT ({ALLOWED})"),
    (
        "invoice_answer_fixed", "UPDATE", "invoice",
        ("OLD.authority_code IS NOT NULL AND (NEW.authority_code IS DISTINCT FROM OLD.authority_code"
        " OR NEW.lookup_code IS DISTINCT FROM OLD.lookup_code)"),
    ),
    ("invoice_line_fixed", "UPDATE", "invoice_line", "OLD.id IS NOT NULL"),
    ("invoice_line_kept", "DELETE", "invoice_line", "OLD.id IS NOT NULL"),
    ("invoice_event_fixed", "UPDATE", "invoice_event", "OLD.id IS NOT NULL"),
    ("invoice_event_kept", "DELETE", "invoice_event", "OLD.id IS NOT NULL"),
    ("invoice_counter_kept", "DELETE", "invoice_counter", "OLD.year IS NOT NULL"),
    ("invoice_counter_starts", "INSERT", "invoice_counter", "NEW.last_number <> 0"),
    (
        "invoice_counter_rises", "UPDATE", "invoice_counter",
        f"NEW.last_number <> OLD.last_number + 1 OR {changed(('seller_id', 'series', 'year'))}",
    ),
)  # fmt: skip
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
#: What asks another table: (name, verb, table, when it is refused). {year} is the year of the invoice's day.
ASKING = (
    (
        "invoice_number_is_next", "UPDATE", "invoice",
        ("NEW.number IS NOT NULL AND OLD.number IS NULL AND NOT EXISTS (SELECT 1 FROM invoice_counter c"
        " WHERE c.seller_id = NEW.seller_id AND c.series = NEW.series AND c.last_number = NEW.number"
        " AND c.year = {year})"),
    ),
    (
        "invoice_line_of_draft", "INSERT", "invoice_line",
        "NOT EXISTS (SELECT 1 FROM invoice i WHERE i.id = NEW.invoice_id AND i.state = 'draft')",
    ),
)  # fmt: skip
POSTGRES_ASKING = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""
YEAR = {
    "sqlite": "CAST(strftime('%Y', NEW.issued_on) AS INTEGER)",
    "postgresql": "CAST(extract(year FROM NEW.issued_on) AS integer)",
}
#: On PostgreSQL the trigger of 0003 compares whole rows; on SQLite it names its columns.
SQLITE_FROZEN = """
CREATE TRIGGER order_line_vat_frozen BEFORE UPDATE ON order_line WHEN NEW.vat_kind IS NOT OLD.vat_kind
BEGIN SELECT RAISE(ABORT, 'order_line_frozen'); END
"""


def upgrade() -> None:
    """Add the columns, make the tables and their guards."""
    for table in ("order_line", "order_charge"):
        op.add_column(table, sa.Column("vat_kind", sa.String(length=8), nullable=True))
        add_check(op.get_bind(), table, f"ck_{table}_vat_kind_without_rate", WITHOUT_RATE)
    create_invoice()
    create_parts()
    create_guards()


def downgrade() -> None:
    """Forget invoices; lines and charges forget which kind had no rate."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _verb, table, _when in (*KEPT, *ASKING):
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgresql else ""))
    for name, *_rest in ASKING if is_postgresql else ():
        op.execute(f"DROP FUNCTION {name}()")
    if not is_postgresql:
        op.execute("DROP TRIGGER order_line_vat_frozen")
    for table in TABLES:
        op.drop_table(table)
    for table in ("order_charge", "order_line"):
        drop_check(op.get_bind(), table, f"ck_{table}_vat_kind_without_rate")
        op.drop_column(table, "vat_kind")


def create_guards() -> None:
    """What no statement may do."""
    dialect = op.get_bind().dialect.name
    form = POSTGRES_KEPT if dialect == "postgresql" else SQLITE_KEPT
    for name, verb, table, when in KEPT:
        op.execute(form.format(name=name, verb=verb, table=table, when=when))
    for name, verb, table, when in ASKING:
        asked = when.format(year=YEAR[dialect])
        if dialect == "postgresql":
            op.execute(POSTGRES_ASKING.format(name=name, when=asked))
            op.execute(f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=asked))
    if dialect == "sqlite":
        op.execute(SQLITE_FROZEN)


def create_invoice() -> None:
    """Counters of numbers, and invoices."""
    op.create_table(
        "invoice_counter",
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("series", sa.String(length=12), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_invoice_counter_not_negative")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_counter_seller_id_seller")),
        sa.PrimaryKeyConstraint("seller_id", "series", "year", name=op.f("pk_invoice_counter")),
    )
    op.create_table(
        "invoice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("refers_to_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("series", sa.String(length=12), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("issued_at", INSTANT, nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.String(length=120), nullable=True),
        sa.Column("seller_name", sa.String(length=200), nullable=False),
        sa.Column("seller_tax_code", sa.String(length=20), nullable=False),
        sa.Column("seller_address", sa.String(length=500), nullable=False),
        sa.Column("vat_method", sa.String(length=10), nullable=False),
        sa.Column("buyer_kind", sa.String(length=10), nullable=False),
        sa.Column("buyer_name", sa.String(length=200), nullable=True),
        sa.Column("buyer_tax_code", sa.String(length=20), nullable=True),
        sa.Column("buyer_address", sa.String(length=500), nullable=True),
        sa.Column("buyer_email", sa.String(length=254), nullable=True),
        sa.Column("paid_by", sa.String(length=5), nullable=False),
        sa.Column("net_vnd", sa.BigInteger(), nullable=False),
        sa.Column("tax_vnd", sa.BigInteger(), nullable=False),
        sa.Column("gross_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_words", sa.Text(), nullable=True),
        sa.Column("authority_code", sa.String(length=40), nullable=True),
        sa.Column("lookup_code", sa.String(length=40), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("rejected_because", sa.String(length=300), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'original') = (reason IS NULL)", name=op.f("ck_invoice_corrections_say_why")),
        sa.CheckConstraint("(kind = 'original') = (refers_to_id IS NULL)", name=op.f("ck_invoice_corrections_refer")),
        sa.CheckConstraint(
            "(state = 'accepted') = (authority_code IS NOT NULL)", name=op.f("ck_invoice_accepted_with_code")
        ),
        sa.CheckConstraint(
            "(state IN ('draft', 'discarded')) = (number IS NULL)", name=op.f("ck_invoice_numbered_when_issued")
        ),
        sa.CheckConstraint("buyer_kind IN ('none', 'person', 'business')", name=op.f("ck_invoice_buyer_kind_known")),
        sa.CheckConstraint("gross_vnd >= 0 OR kind = 'adjustment'", name=op.f("ck_invoice_only_adjustments_take_back")),
        sa.CheckConstraint("kind IN ('original', 'adjustment', 'replacement')", name=op.f("ck_invoice_kind_known")),
        sa.CheckConstraint(
            "state <> 'rejected' OR rejected_because IS NOT NULL", name=op.f("ck_invoice_rejected_with_reason")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'discarded', 'issued', 'accepted', 'rejected')", name=op.f("ck_invoice_state_known")
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (issued_at IS NULL) AND (number IS NULL) = (issued_on IS NULL) AND (number IS NULL) = (total_words IS NULL)",
            name=op.f("ck_invoice_whole_when_issued"),
        ),
        sa.CheckConstraint("net_vnd + tax_vnd = gross_vnd", name=op.f("ck_invoice_net_and_tax_are_gross")),
        sa.CheckConstraint("number IS NULL OR number > 0", name=op.f("ck_invoice_number_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_invoice_order_id_shop_order")),
        sa.ForeignKeyConstraint(["refers_to_id"], ["invoice.id"], name=op.f("fk_invoice_refers_to_id_invoice")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_invoice_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("code", name=op.f("uq_invoice_code")),
        sa.UniqueConstraint("key", name=op.f("uq_invoice_key")),
        sa.UniqueConstraint("seller_id", "series", "number", name=op.f("uq_invoice_seller_id_series_number")),
    )
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"], unique=False)
    op.create_index(op.f("ix_invoice_refers_to_id"), "invoice", ["refers_to_id"], unique=False)
    op.create_index("ix_invoice_seller_day", "invoice", ["seller_id", "issued_on"], unique=False)
    op.create_index("ix_invoice_seller_state", "invoice", ["seller_id", "state"], unique=False)
    op.create_index(
        "uq_invoice_original",
        "invoice",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'original' AND state <> 'discarded'"),
        postgresql_where=sa.text("kind = 'original' AND state <> 'discarded'"),
    )
    op.create_index(
        "uq_invoice_replacement",
        "invoice",
        ["refers_to_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'replacement' AND state <> 'discarded'"),
        postgresql_where=sa.text("kind = 'replacement' AND state <> 'discarded'"),
    )


def create_parts() -> None:
    """Lines and steps of invoices."""
    op.create_table(
        "invoice_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invoice_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("order_line_id", KEY, nullable=True),
        sa.Column("order_charge_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("gross_vnd", sa.BigInteger(), nullable=False),
        sa.Column("net_vnd", sa.BigInteger(), nullable=False),
        sa.Column("tax_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("vat_kind", sa.String(length=8), nullable=True),
        sa.CheckConstraint("kind IN ('goods', 'charge')", name=op.f("ck_invoice_line_kind_known")),
        sa.CheckConstraint("unit IN ('piece', 'gram')", name=op.f("ck_invoice_line_unit_known")),
        sa.CheckConstraint("vat_kind IN ('KCT', 'KKKNT', 'KTT')", name=op.f("ck_invoice_line_vat_kind_known")),
        sa.CheckConstraint("net_vnd + tax_vnd = gross_vnd", name=op.f("ck_invoice_line_net_and_tax_are_gross")),
        sa.CheckConstraint(
            "vat_kind IS NULL OR (vat_bp = 0 AND tax_vnd = 0)", name=op.f("ck_invoice_line_no_tax_without_rate")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["order_charge_id"], ["order_charge.id"], name=op.f("fk_invoice_line_order_charge_id_order_charge")
        ),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_invoice_line_order_line_id_order_line")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sa.UniqueConstraint("invoice_id", "position", name=op.f("uq_invoice_line_invoice_id_position")),
    )
    op.create_index(op.f("ix_invoice_line_order_charge_id"), "invoice_line", ["order_charge_id"], unique=False)
    op.create_index(op.f("ix_invoice_line_order_line_id"), "invoice_line", ["order_line_id"], unique=False)
    op.create_table(
        "invoice_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("invoice_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_event_invoice_id_invoice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_event")),
    )
    op.create_index(op.f("ix_invoice_event_invoice_id"), "invoice_event", ["invoice_id"], unique=False)
