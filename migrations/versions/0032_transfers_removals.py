"""Transfers between stores, write-offs, and notes of goods given back to producers."""

import sqlalchemy as sa
from alembic import op

revision = "0032_transfers_removals"
down_revision = "0031_webhooks"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


#: In the order in which they can go.
TABLES = ("stock_removal_line", "stock_removal", "removal_limit", "stock_transfer_line", "stock_transfer")
#: Columns of tables that stand.
ADDED = (
    ("lot", "origin_number", sa.String(length=80)),
    ("goods_receipt", "delivered_on", sa.Date()),
    ("goods_receipt", "deliverer", sa.String(length=120)),
)
#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "stock_transfer_fixed", "UPDATE", "stock_transfer",
        changed("code", "from_store_id", "to_store_id", "made_by_id", "made_by", "made_at")
        + " OR OLD.state IN ('closed', 'cancelled')"
        + " OR (OLD.dispatched_at IS NOT NULL AND (" + changed("dispatched_by_id", "dispatched_by", "dispatched_at")
        + " OR NEW.state = 'draft'))"
        + " OR (OLD.received_at IS NOT NULL AND ("
        + changed("received_by_id", "received_by", "received_at", "differs") + " OR NEW.state = 'dispatched'))",
    ),
    ("stock_transfer_kept", "DELETE", "stock_transfer", "OLD.id IS NOT NULL"),
    (
        "stock_transfer_line_fixed", "UPDATE", "stock_transfer_line",
        changed("transfer_id", "position", "lot_id", "from_place", "to_place", "quantity")
        + " OR (OLD.certificate_id IS NOT NULL AND (" + changed("certificate_id") + "))"
        + " OR (OLD.received IS NOT NULL AND (" + changed("received", "damaged", "missing", "note") + "))"
        + " OR (OLD.outcome IS NOT NULL AND (" + changed("outcome", "outcome_note") + "))",
    ),
    ("stock_transfer_line_kept", "DELETE", "stock_transfer_line", "OLD.certificate_id IS NOT NULL"),
    (
        "stock_removal_fixed", "UPDATE", "stock_removal",
        changed("code", "kind", "store_id", "producer_id", "reason", "note", "value_vnd", "cost_vnd", "needs_second",
                "made_by_id", "made_by", "made_at")
        + " OR OLD.state <> 'waiting'",
    ),
    ("stock_removal_kept", "DELETE", "stock_removal", "OLD.id IS NOT NULL"),
    ("stock_removal_line_fixed", "UPDATE", "stock_removal_line", "OLD.id IS NOT NULL"),
    ("stock_removal_line_kept", "DELETE", "stock_removal_line", "OLD.id IS NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then their guards."""
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    create_transfer()
    create_transfer_line()
    create_limit()
    create_removal()
    create_removal_line()
    kept = POSTGRES_KEPT if op.get_bind().dialect.name == "postgresql" else SQLITE_KEPT
    for name, verb, table, when in GUARDS:
        op.execute(kept.format(name=name, verb=verb, table=table, when=when))


def downgrade() -> None:
    """Drop them; their triggers go with them."""
    for table in TABLES:
        op.drop_table(table)
    for table, name, _kind in reversed(ADDED):
        op.drop_column(table, name)


def create_transfer() -> None:
    """Goods on their way."""
    op.create_table(
        "stock_transfer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("from_store_id", KEY, nullable=False),
        sa.Column("to_store_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("differs", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        *_doer("made", required=True),
        *_doer("dispatched"),
        *_doer("received"),
        *_doer("closed"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'dispatched', 'received', 'closed', 'cancelled')",
            name=op.f("ck_stock_transfer_state_known"),
        ),
        sa.CheckConstraint(
            "from_store_id <> to_store_id OR state IN ('draft', 'closed', 'cancelled')",
            name=op.f("ck_stock_transfer_no_transit_inside"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'cancelled') OR dispatched_at IS NOT NULL",
            name=op.f("ck_stock_transfer_dispatched_before_received"),
        ),
        sa.CheckConstraint(
            "(state IN ('received', 'closed')) = (received_at IS NOT NULL)",
            name=op.f("ck_stock_transfer_received_known"),
        ),
        sa.CheckConstraint(
            "(state IN ('closed', 'cancelled')) = (closed_at IS NOT NULL)", name=op.f("ck_stock_transfer_closed_known")
        ),
        sa.CheckConstraint(
            "NOT differs OR closed_by_id IS NULL OR received_by_id IS NULL OR closed_by_id <> received_by_id",
            name=op.f("ck_stock_transfer_two_persons"),
        ),
        *(_user("stock_transfer", f"{act}_by_id") for act in ("made", "dispatched", "received", "closed")),
        *(_foreign("stock_transfer", name, "store") for name in ("from_store_id", "to_store_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_transfer")),
        sa.UniqueConstraint("code", name=op.f("uq_stock_transfer_code")),
    )
    for column in ("from_store_id", "to_store_id", "state"):
        op.create_index(op.f(f"ix_stock_transfer_{column}"), "stock_transfer", [column])


def create_transfer_line() -> None:
    """Their lots."""
    table = "stock_transfer_line"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("transfer_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("from_place", sa.String(length=10), nullable=False),
        sa.Column("to_place", sa.String(length=10), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("received", sa.Integer(), nullable=True),
        sa.Column("damaged", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("outcome_note", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "from_place IN ('shelf', 'back') AND to_place IN ('shelf', 'back')", name=op.f(f"ck_{table}_place_known")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity_positive")),
        sa.CheckConstraint(
            "(received IS NULL) = (missing IS NULL) AND (received IS NULL) = (damaged IS NULL)",
            name=op.f(f"ck_{table}_received_whole"),
        ),
        sa.CheckConstraint(
            "received IS NULL OR (received >= 0 AND damaged >= 0 AND missing >= 0"
            " AND received + damaged + missing = quantity)",
            name=op.f(f"ck_{table}_adds_up"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR (outcome IN ('lost', 'back', 'arrived') AND missing > 0)",
            name=op.f(f"ck_{table}_outcome_of_missing"),
        ),
        _foreign(table, "transfer_id", "stock_transfer"),
        _foreign(table, "lot_id", "lot"),
        _foreign(table, "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("transfer_id", "position", name=op.f(f"uq_{table}_transfer_id_position")),
        sa.UniqueConstraint("transfer_id", "lot_id", "from_place", name=op.f(f"uq_{table}_transfer_id_lot_id_from_place")),
    )  # fmt: skip
    op.create_index(op.f(f"ix_{table}_lot_id"), table, ["lot_id"])


def create_limit() -> None:
    """What one person may write off alone."""
    op.create_table(
        "removal_limit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("limit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("limit_vnd >= 0", name=op.f("ck_removal_limit_limit_not_negative")),
        _foreign("removal_limit", "store_id", "store"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removal_limit")),
        sa.UniqueConstraint("store_id", name=op.f("uq_removal_limit_store_id")),
    )


def create_removal() -> None:
    """Goods that left unsold."""
    table = "stock_removal"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("value_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cost_vnd", sa.BigInteger(), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        *_doer("made", required=True),
        *_doer("decided"),
        sa.Column("decision_note", sa.String(length=300), nullable=True),
        sa.Column("handed_to", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('write_off', 'producer_return')", name=op.f(f"ck_{table}_kind_known")),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'refused', 'cancelled')", name=op.f(f"ck_{table}_state_known")
        ),
        sa.CheckConstraint(
            "(kind = 'write_off' AND reason IN ('damage', 'tasting', 'expiry') AND producer_id IS NULL)"
            " OR (kind = 'producer_return' AND reason IN ('producer_return', 'recall') AND producer_id IS NOT NULL)",
            name=op.f(f"ck_{table}_reason_fits"),
        ),
        sa.CheckConstraint("value_vnd >= 0 AND cost_vnd >= 0", name=op.f(f"ck_{table}_value_not_negative")),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f(f"ck_{table}_decided_when_over")),
        sa.CheckConstraint(
            "NOT needs_second OR state <> 'done' OR decided_by_id <> made_by_id", name=op.f(f"ck_{table}_two_persons")
        ),
        sa.CheckConstraint(
            "kind <> 'producer_return' OR state <> 'done' OR handed_to IS NOT NULL", name=op.f(f"ck_{table}_handed_over")
        ),
        _foreign(table, "store_id", "store"),
        _foreign(table, "producer_id", "producer"),
        _user(table, "made_by_id"),
        _user(table, "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
    )  # fmt: skip
    for column in ("store_id", "producer_id", "state", "made_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def create_removal_line() -> None:
    """Their levels."""
    table = "stock_removal_line"
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("removal_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("value_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cost_vnd", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f(f"ck_{table}_quantity_positive")),
        sa.CheckConstraint("value_vnd >= 0 AND cost_vnd >= 0", name=op.f(f"ck_{table}_value_not_negative")),
        _foreign(table, "removal_id", "stock_removal"),
        _foreign(table, "level_id", "stock_level"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("removal_id", "position", name=op.f(f"uq_{table}_removal_id_position")),
        sa.UniqueConstraint("removal_id", "level_id", name=op.f(f"uq_{table}_removal_id_level_id")),
    )
    op.create_index(op.f(f"ix_{table}_level_id"), table, ["level_id"])


def _doer(act: str, *, required: bool = False) -> list[sa.Column[object]]:
    """Who did it, as account and as printed, and when."""
    return [
        sa.Column(f"{act}_by_id", KEY, nullable=True),
        sa.Column(f"{act}_by", sa.String(length=120), nullable=not required),
        sa.Column(f"{act}_at", INSTANT, nullable=not required),
    ]


def _user(table: str, column: str) -> sa.ForeignKeyConstraint:
    return _foreign(table, column, "user_account")


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
