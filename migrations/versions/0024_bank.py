"""Lines of bank accounts and what they paid for; remittances of couriers.

Every transfer that was confirmed before becomes a line too, so that the sums agree from the first payment on.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024_bank"
down_revision = "0023_cards"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
#: In the order in which they may be dropped.
TABLES = (
    "remittance_mark", "remittance_line", "remittance", "bank_feed", "bank_profile", "bank_step", "bank_line",
    "bank_statement",
)  # fmt: skip

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
SHARES = (
    "(state IN ('waiting', 'aside') AND paid_vnd = 0 AND return_vnd = 0)"
    " OR (state = 'to_return' AND paid_vnd = 0 AND return_vnd = amount_vnd)"
    " OR (state = 'paid' AND payment_id IS NOT NULL AND paid_vnd > 0 AND return_vnd >= 0"
    " AND paid_vnd + return_vnd = amount_vnd)"
)


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


ALWAYS = "OLD.id IS NOT NULL"
#: (name, verb, table, when it is refused): what was told stays, and what was decided about money.
GUARDS = (
    (
        "bank_line_fixed", "UPDATE", "bank_line",
        changed(
            "seller_id", "account", "bank_ref", "amount_vnd", "booked_at", "memo", "payer_bin", "payer_account",
            "payer_holder", "source", "statement_id", "seen_at",
        )
        + " OR (OLD.state IN ('paid', 'to_return') AND ("
        + changed("state", "payment_id", "paid_vnd", "return_vnd")
        + "))",
    ),
    ("bank_line_kept", "DELETE", "bank_line", ALWAYS),
    ("bank_step_fixed", "UPDATE", "bank_step", ALWAYS),
    ("bank_step_kept", "DELETE", "bank_step", ALWAYS),
    ("bank_statement_fixed", "UPDATE", "bank_statement", ALWAYS),
    ("bank_statement_kept", "DELETE", "bank_statement", ALWAYS),
    ("remittance_fixed", "UPDATE", "remittance", ALWAYS),
    ("remittance_kept", "DELETE", "remittance", ALWAYS),
    (
        "remittance_line_fixed", "UPDATE", "remittance_line",
        changed("remittance_id", "position", "told", "collected_vnd", "fee_vnd") + " OR OLD.shipment_id IS NOT NULL",
    ),
    ("remittance_line_kept", "DELETE", "remittance_line", ALWAYS),
    ("remittance_mark_fixed", "UPDATE", "remittance_mark", ALWAYS),
    ("remittance_mark_kept", "DELETE", "remittance_mark", ALWAYS),
)  # fmt: skip

#: Transfers that stand become lines that were counted whole.
BEFORE = """
INSERT INTO bank_line (
    seller_id, account, bank_ref, amount_vnd, booked_at, memo, source, seen_at, state, reason, payment_id, paid_vnd,
    return_vnd, version
)
SELECT seller_id, coalesce(bank_account, ''), provider_ref, captured_vnd, captured_at, memo, 'before', captured_at,
    'paid', 'new', id, captured_vnd, 0, 1
FROM payment WHERE provider = 'vietqr' AND captured_vnd > 0
"""


def upgrade() -> None:
    """Make the tables, fill in what was confirmed before, then put the guards up."""
    create_lines()
    create_sources()
    create_remittances()
    op.execute(BEFORE)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in GUARDS:
        template = POSTGRES_KEPT if is_postgresql else SQLITE_KEPT
        text = when if is_postgresql else when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(template.format(name=name, verb=verb, table=table, when=text))


def downgrade() -> None:
    """Drop everything; triggers go with their tables."""
    for table in TABLES:
        op.drop_table(table)


def create_lines() -> None:
    """Statements, lines, and the steps of lines."""
    op.create_table(
        "bank_statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("fresh", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_bank_statement_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
    )
    op.create_index("ix_bank_statement_seller_id", "bank_statement", ["seller_id"])
    op.create_table(
        "bank_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("payer_bin", sa.String(length=6), nullable=True),
        sa.Column("payer_account", sa.String(length=40), nullable=True),
        sa.Column("payer_holder", sa.String(length=120), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("statement_id", KEY, nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("payment_id", KEY, nullable=True),
        sa.Column("paid_vnd", sa.BigInteger(), nullable=False),
        sa.Column("return_vnd", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_bank_line_amount_positive")),
        sa.CheckConstraint("state IN ('waiting', 'paid', 'to_return', 'aside')", name=op.f("ck_bank_line_state_known")),
        sa.CheckConstraint(SHARES, name=op.f("ck_bank_line_every_dong_once")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_bank_line_seller_id_seller")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["bank_statement.id"], name=op.f("fk_bank_line_statement_id_bank_statement")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_bank_line_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_line")),
        sa.UniqueConstraint("seller_id", "account", "bank_ref", name=op.f("uq_bank_line_seller_id_account_bank_ref")),
    )
    for column in ("booked_at", "statement_id", "payment_id"):
        op.create_index(f"ix_bank_line_{column}", "bank_line", [column])
    op.create_index("ix_bank_line_seller_state", "bank_line", ["seller_id", "state"])
    op.create_table(
        "bank_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["bank_line.id"], name=op.f("fk_bank_step_line_id_bank_line")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_step")),
    )
    op.create_index("ix_bank_step_line_id", "bank_step", ["line_id"])


def create_sources() -> None:
    """How statements are read, and who may tell of credits."""
    op.create_table(
        "bank_profile",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_bank_profile_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_profile")),
        sa.UniqueConstraint("seller_id", "bank_bin", name=op.f("uq_bank_profile_seller_id_bank_bin")),
    )
    op.create_table(
        "bank_feed",
        sa.Column("seller_id", KEY, autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("renewed_at", INSTANT, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("heard_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_bank_feed_seller_id_seller")),
        sa.PrimaryKeyConstraint("seller_id", name=op.f("pk_bank_feed")),
    )


def create_remittances() -> None:
    """What couriers took in cash and passed on, parcel by parcel."""
    op.create_table(
        "remittance",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("carrier", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("paid_vnd", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.CheckConstraint("paid_vnd >= 0", name=op.f("ck_remittance_paid_not_negative")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_remittance_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance")),
        sa.UniqueConstraint("code", name=op.f("uq_remittance_code")),
        sa.UniqueConstraint(
            "seller_id", "carrier", "reference", name=op.f("uq_remittance_seller_id_carrier_reference")
        ),
    )
    op.create_table(
        "remittance_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("remittance_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=60), nullable=False),
        sa.Column("shipment_id", KEY, nullable=True),
        sa.Column("collected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("fee_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("collected_vnd >= 0 AND fee_vnd >= 0", name=op.f("ck_remittance_line_not_negative")),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["remittance.id"], name=op.f("fk_remittance_line_remittance_id_remittance")
        ),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_remittance_line_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance_line")),
        sa.UniqueConstraint("remittance_id", "told", name=op.f("uq_remittance_line_remittance_id_told")),
    )
    op.create_index("ix_remittance_line_shipment_id", "remittance_line", ["shipment_id"])
    op.create_table(
        "remittance_mark",
        sa.Column("id", KEY, nullable=False),
        sa.Column("shipment_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('settled', 'written_off')", name=op.f("ck_remittance_mark_kind_known")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_remittance_mark_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remittance_mark")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_remittance_mark_shipment_id")),
    )
