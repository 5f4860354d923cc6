"""Money that goes back: refunds as rows with what is promised counted on the payment, payout files, and returns."""

import sqlalchemy as sa
from alembic import op

from core.alter import add_check, drop_check
from core.ids import short_code

revision = "0025_refunds"
down_revision = "0024_bank"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

WITHIN = "ck_payment_refunding_within_captured"

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
TABLES = (
    "goods_return_lot", "goods_return_line", "goods_return", "payout_item", "payout_file", "payout_debt",
    "payout_claim", "refund",
)  # fmt: skip

#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "refund_fixed", "UPDATE", "refund",
        changed("code", "payment_id", "key", "amount_vnd", "reason", "actor", "promised_at")
        + " OR OLD.state IN ('done', 'failed') OR (NEW.way <> OLD.way AND OLD.state <> 'promised')",
    ),
    ("refund_kept", "DELETE", "refund", "OLD.id IS NOT NULL"),
    (
        "payout_file_fixed", "UPDATE", "payout_file",
        changed("code", "seller_id", "total_vnd", "count", "made_by_id", "made_by", "made_at")
        + " OR OLD.state IN ('closed', 'dropped') OR (OLD.content IS NOT NULL AND ("
        + changed("content", "sha256", "approved_by_id", "approved_by", "approved_at") + "))",
    ),
    ("payout_file_kept", "DELETE", "payout_file", "OLD.id IS NOT NULL"),
    (
        "payout_item_fixed", "UPDATE", "payout_item",
        changed("file_id", "position", "source", "amount_vnd", "bank_bin", "account", "holder", "memo")
        + " OR OLD.state <> 'listed'",
    ),
    ("payout_item_kept", "DELETE", "payout_item", "OLD.id IS NOT NULL"),
    (
        "goods_return_fixed", "UPDATE", "goods_return",
        changed("code", "order_id", "kind", "reason", "words", "lump_vnd", "asked_at", "asked_by")
        + " OR OLD.state IN ('done', 'refused', 'withdrawn')",
    ),
    ("goods_return_kept", "DELETE", "goods_return", "OLD.id IS NOT NULL"),
    (
        "goods_return_line_fixed", "UPDATE", "goods_return_line",
        changed("return_id", "order_line_id", "quantity") + " OR OLD.worth_vnd IS NOT NULL",
    ),
    ("goods_return_line_kept", "DELETE", "goods_return_line", "OLD.id IS NOT NULL"),
    ("goods_return_lot_fixed", "UPDATE", "goods_return_lot", "OLD.id IS NOT NULL"),
    ("goods_return_lot_kept", "DELETE", "goods_return_lot", "OLD.id IS NOT NULL"),
)  # fmt: skip

#: What stood before: one refund for what was given back, and one for what is owed.
OLD_REFUNDS = """
INSERT INTO refund (code, payment_id, key, amount_vnd, reason, way, state, actor, promised_at, ended_at, provider_ref,
                    version)
VALUES (:code, :payment, :key, :amount, 'owed', :way, :state, 'hệ thống', :at, :ended, :ref, 1)
"""


def upgrade() -> None:
    """Make the counter, fill it from what stands, then guard it."""
    create_refunds()
    op.add_column("payment", sa.Column("refunding_vnd", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE payment SET refunding_vnd = CASE WHEN status = 'to_refund' THEN captured_vnd ELSE refunded_vnd END"
    )
    fill_refunds()
    add_check(op.get_bind(), "payment", WITHIN, "refunded_vnd <= refunding_vnd AND refunding_vnd <= captured_vnd")
    create_payout_claim()
    create_payout_debt()
    create_payout_file()
    create_payout_item()
    create_goods_return()
    create_goods_return_line()
    create_goods_return_lot()
    guard()


def downgrade() -> None:
    """Forget the promises; what was given back stays counted on the payment."""
    for table in TABLES:
        op.drop_table(table)
    drop_check(op.get_bind(), "payment", WITHIN)
    op.drop_column("payment", "refunding_vnd")


def fill_refunds() -> None:
    """A row for each payment that gave money back or owes it."""
    connection = op.get_bind()
    owing = (
        "SELECT id, reference, provider, refunding_vnd, refunded_vnd, refund_ref, captured_at, opened_at FROM payment"
    )
    for row in connection.execute(sa.text(f"{owing} WHERE refunding_vnd > 0")).all():
        at, is_done = row.captured_at or row.opened_at, row.refunded_vnd > 0
        way = {"stripe": "card", "at_store": "cash"}.get(row.provider, "bank")
        ref = (row.refund_ref or f"payment:{row.id}") if is_done else None
        values = {"code": short_code("HT"), "payment": row.id, "key": f"owed:{row.reference}", "way": way, "at": at}
        values |= {"amount": row.refunding_vnd, "state": "done" if is_done else "promised"}
        connection.execute(sa.text(OLD_REFUNDS), values | {"ended": at if is_done else None, "ref": unused(ref, way)})


def unused(ref: str | None, way: str) -> str | None:
    """A till could be given one reference twice; a refund's is its own."""
    taken = sa.text("SELECT count(*) FROM refund WHERE way = :way AND provider_ref = :ref")
    if ref is None or not op.get_bind().execute(taken, {"way": way, "ref": ref}).scalar():
        return ref
    return f"{ref}/{short_code('HT')}"[:120]


def guard() -> None:
    """What was promised stays as it was promised."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))


def create_refunds() -> None:
    """One sum promised back."""
    op.create_table(
        "refund",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("payment_id", KEY, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("promised_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("provider_ref", sa.String(length=120), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_refund_amount_positive")),
        sa.CheckConstraint("way IN ('card', 'bank', 'cash')", name=op.f("ck_refund_way_known")),
        sa.CheckConstraint("state IN ('promised', 'sent', 'done', 'failed')", name=op.f("ck_refund_state_known")),
        sa.CheckConstraint(
            "(state IN ('done', 'failed')) = (ended_at IS NOT NULL)", name=op.f("ck_refund_ended_when_over")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (provider_ref IS NOT NULL)", name=op.f("ck_refund_referenced_when_done")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_refund_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("code", name=op.f("uq_refund_code")),
        sa.UniqueConstraint("key", name=op.f("uq_refund_key")),
        sa.UniqueConstraint("way", "provider_ref", name=op.f("uq_refund_way_provider_ref")),
    )
    op.create_index("ix_refund_payment_id", "refund", ["payment_id"])
    op.create_index("ix_refund_state_way", "refund", ["state", "way"])


def create_payout_claim() -> None:
    """The account a buyer names for one refund."""
    op.create_table(
        "payout_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("refund_id", KEY, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=True),
        sa.Column("account", sa.String(length=19), nullable=True),
        sa.Column("holder", sa.String(length=70), nullable=True),
        sa.Column("named_at", INSTANT, nullable=True),
        sa.Column("named_by", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(account IS NULL) = (named_at IS NULL) AND (account IS NULL) = (bank_bin IS NULL) AND (account IS NULL) = (holder IS NULL)",
            name=op.f("ck_payout_claim_named_whole"),
        ),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_payout_claim_refund_id_refund")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_claim")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_payout_claim_refund_id")),
    )


def create_payout_debt() -> None:
    """Money of a bank line that goes back."""
    op.create_table(
        "payout_debt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=False),
        sa.Column("account", sa.String(length=19), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_payout_debt_amount_positive")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_payout_debt_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_debt")),
        sa.UniqueConstraint("source", name=op.f("uq_payout_debt_source")),
    )
    op.create_index(op.f("ix_payout_debt_seller_id"), "payout_debt", ["seller_id"], unique=False)


def create_payout_file() -> None:
    """Transfers collected by one person and approved by another."""
    op.create_table(
        "payout_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('approved', 'sent', 'closed')) = (approved_by_id IS NOT NULL)",
            name=op.f("ck_payout_file_approved_by_somebody"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'sent', 'closed', 'dropped')", name=op.f("ck_payout_file_state_known")
        ),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (content IS NULL)", name=op.f("ck_payout_file_frozen_when_approved")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> made_by_id", name=op.f("ck_payout_file_two_persons")
        ),
        sa.CheckConstraint("total_vnd > 0 AND count > 0", name=op.f("ck_payout_file_not_empty")),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_payout_file_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_payout_file_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_payout_file_seller_id_seller")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_file")),
        sa.UniqueConstraint("code", name=op.f("uq_payout_file_code")),
    )
    op.create_index(op.f("ix_payout_file_seller_id"), "payout_file", ["seller_id"], unique=False)


def create_payout_item() -> None:
    """One transfer of a file."""
    op.create_table(
        "payout_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=False),
        sa.Column("account", sa.String(length=19), nullable=False),
        sa.Column("holder", sa.String(length=70), nullable=False),
        sa.Column("memo", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("bank_ref", sa.String(length=80), nullable=True),
        sa.Column("failure", sa.String(length=20), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("(state = 'listed') = (ended_at IS NULL)", name=op.f("ck_payout_item_ended_when_over")),
        sa.CheckConstraint(
            "(state = 'paid') = (bank_ref IS NOT NULL)", name=op.f("ck_payout_item_referenced_when_paid")
        ),
        sa.CheckConstraint("state IN ('listed', 'paid', 'failed', 'dropped')", name=op.f("ck_payout_item_state_known")),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_payout_item_amount_positive")),
        sa.ForeignKeyConstraint(["file_id"], ["payout_file.id"], name=op.f("fk_payout_item_file_id_payout_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_item")),
        sa.UniqueConstraint("file_id", "position", name=op.f("uq_payout_item_file_id_position")),
    )
    op.create_index(
        "uq_payout_item_live",
        "payout_item",
        ["source"],
        unique=True,
        sqlite_where=sa.text("state IN ('listed', 'paid')"),
        postgresql_where=sa.text("state IN ('listed', 'paid')"),
    )


def create_goods_return() -> None:
    """One wish to give goods back, or to have money for them."""
    op.create_table(
        "goods_return",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("lump_vnd", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("refusal", sa.String(length=500), nullable=True),
        sa.Column("received_at", INSTANT, nullable=True),
        sa.Column("received_by", sa.String(length=120), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by_id", KEY, nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.Column("refund_id", KEY, nullable=True),
        sa.Column("given_vnd", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'done') = (refund_id IS NOT NULL)", name=op.f("ck_goods_return_refunded_when_done")
        ),
        sa.CheckConstraint("kind IN ('return', 'exchange', 'refund')", name=op.f("ck_goods_return_kind_known")),
        sa.CheckConstraint(
            "reason IN ('broken', 'spoiled', 'wrong', 'missing', 'not_as_told', 'changed_mind', 'goodwill')",
            name=op.f("ck_goods_return_reason_known"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'accepted', 'received', 'done', 'refused', 'withdrawn')",
            name=op.f("ck_goods_return_state_known"),
        ),
        sa.CheckConstraint("(refund_id IS NULL) = (given_vnd IS NULL)", name=op.f("ck_goods_return_sum_with_refund")),
        sa.CheckConstraint(
            "given_vnd IS NULL OR given_vnd <= 2000000 OR (settled_by_id IS NOT NULL AND decided_by_id IS NOT NULL AND settled_by_id <> decided_by_id)",
            name=op.f("ck_goods_return_two_persons"),
        ),
        sa.CheckConstraint("lump_vnd IS NULL OR lump_vnd > 0", name=op.f("ck_goods_return_lump_positive")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_goods_return_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name=op.f("fk_goods_return_order_id_shop_order")),
        sa.ForeignKeyConstraint(["refund_id"], ["refund.id"], name=op.f("fk_goods_return_refund_id_refund")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_goods_return_settled_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return")),
        sa.UniqueConstraint("code", name=op.f("uq_goods_return_code")),
        sa.UniqueConstraint("refund_id", name=op.f("uq_goods_return_refund_id")),
    )
    op.create_index(op.f("ix_goods_return_order_id"), "goods_return", ["order_id"], unique=False)
    op.create_index(
        "uq_goods_return_open",
        "goods_return",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'accepted', 'received')"),
        postgresql_where=sa.text("state IN ('asked', 'accepted', 'received')"),
    )


def create_goods_return_line() -> None:
    """Units of an order's line."""
    op.create_table(
        "goods_return_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("return_id", KEY, nullable=False),
        sa.Column("order_line_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("worth_vnd", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_goods_return_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_goods_return_line_order_line_id_order_line")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["goods_return.id"], name=op.f("fk_goods_return_line_return_id_goods_return")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return_line")),
        sa.UniqueConstraint("return_id", "order_line_id", name=op.f("uq_goods_return_line_return_id_order_line_id")),
    )
    op.create_index(op.f("ix_goods_return_line_order_line_id"), "goods_return_line", ["order_line_id"], unique=False)


def create_goods_return_lot() -> None:
    """Units of a lot that came back."""
    op.create_table(
        "goods_return_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("return_line_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("is_sellable", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_goods_return_lot_quantity_positive")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_goods_return_lot_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["return_line_id"],
            ["goods_return_line.id"],
            name=op.f("fk_goods_return_lot_return_line_id_goods_return_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_return_lot")),
        sa.UniqueConstraint(
            "return_line_id",
            "lot_id",
            "is_sellable",
            name=op.f("uq_goods_return_lot_return_line_id_lot_id_is_sellable"),
        ),
    )
    op.create_index(op.f("ix_goods_return_lot_lot_id"), "goods_return_lot", ["lot_id"], unique=False)
