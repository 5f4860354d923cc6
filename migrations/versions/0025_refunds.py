"""Money that goes back: refunds as rows with what is promised counted on the payment."""

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


#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "refund_fixed", "UPDATE", "refund",
        changed("code", "payment_id", "key", "amount_vnd", "reason", "actor", "promised_at")
        + " OR OLD.state IN ('done', 'failed') OR (NEW.way <> OLD.way AND OLD.state <> 'promised')",
    ),
    ("refund_kept", "DELETE", "refund", "OLD.id IS NOT NULL"),
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
    op.execute("UPDATE payment SET refunding_vnd = CASE WHEN status = 'to_refund' THEN captured_vnd ELSE refunded_vnd END")
    fill_refunds()
    add_check(op.get_bind(), "payment", WITHIN, "refunded_vnd <= refunding_vnd AND refunding_vnd <= captured_vnd")
    guard()


def downgrade() -> None:
    """Forget the promises; what was given back stays counted on the payment."""
    op.drop_table("refund")
    drop_check(op.get_bind(), "payment", WITHIN)
    op.drop_column("payment", "refunding_vnd")


def fill_refunds() -> None:
    """A row for each payment that gave money back or owes it."""
    connection = op.get_bind()
    owing = "SELECT id, reference, provider, refunding_vnd, refunded_vnd, refund_ref, captured_at, opened_at FROM payment"
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
