"""Settlements: closed periods, what each producer gets, adjustments, and where her money goes.

A period is sealed in the transaction that closes it; from then on triggers refuse every row into it and every change of
it but a settlement's own steps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035_settlements"
down_revision = "0034_tills"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DONG = sa.BigInteger()

#: In the order in which they can go.
TABLES = (
    "settlement_payee", "settlement_adjustment", "settlement_line", "settlement", "settlement_period",
)  # fmt: skip

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
#: A condition that asks other tables needs a function of its own on PostgreSQL.
POSTGRES_ASKING = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""
POSTGRES_ASKED = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


ALWAYS = "OLD.id IS NOT NULL"
#: As `shop/settlements/rules.py: STEPS`.
STEPS = (
    ("closed", "approved"), ("closed", "carried"), ("approved", "listed"), ("approved", "paid"), ("approved", "carried"),
    ("listed", "approved"), ("listed", "paid"),
)  # fmt: skip
STEP = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in STEPS)
#: (name, verb, table, when it is refused)
KEPT = (
    (
        "settlement_period_fixed", "UPDATE", "settlement_period",
        "OLD.sealed_at IS NOT NULL OR " + changed("seller_id", "period", "closed_at", "closed_by", "closed_by_id"),
    ),
    ("settlement_period_kept", "DELETE", "settlement_period", ALWAYS),
    (
        "settlement_fixed", "UPDATE", "settlement",
        changed(
            "code", "period_id", "producer_id", "vat_method", "is_method_assumed", "sales_vnd", "returns_vnd",
            "commission_vnd", "adjustments_vnd", "carried_in_vnd", "total_vnd", "closed_by_id",
        )
        + " OR (OLD.approved_by_id IS NOT NULL AND (" + changed("approved_at", "approved_by", "approved_by_id") + "))"
        + " OR (OLD.state = 'paid')"
        + " OR (OLD.carried_into_id IS NOT NULL)"
        + f" OR (NEW.state <> OLD.state AND NOT ({STEP}))",
    ),
    ("settlement_kept", "DELETE", "settlement", ALWAYS),
    ("settlement_line_fixed", "UPDATE", "settlement_line", ALWAYS),
    ("settlement_line_kept", "DELETE", "settlement_line", ALWAYS),
    (
        "settlement_adjustment_fixed", "UPDATE", "settlement_adjustment",
        changed("code", "seller_id", "producer_id", "kind", "amount_vnd", "words", "asked_at", "asked_by", "asked_by_id")
        + " OR OLD.state = 'refused' OR OLD.settlement_id IS NOT NULL"
        + " OR (OLD.state = 'approved' AND (" + changed("state", "decided_at", "decided_by", "decided_by_id") + "))",
    ),
    ("settlement_adjustment_kept", "DELETE", "settlement_adjustment", ALWAYS),
    (
        "settlement_payee_fixed", "UPDATE", "settlement_payee",
        "OLD.state <> 'asked' OR "
        + changed(
            "producer_id", "vat_method", "bank_bin", "account", "holder", "asked_at", "asked_by", "asked_by_id",
        ),
    ),
    ("settlement_payee_kept", "DELETE", "settlement_payee", ALWAYS),
)  # fmt: skip
SEALED = (
    "EXISTS (SELECT 1 FROM settlement s JOIN settlement_period p ON p.id = s.period_id"
    " WHERE s.id = NEW.{field} AND p.sealed_at IS NOT NULL)"
)
#: (name, verb, table, when it is refused)
ASKING = (
    (
        "settlement_sealed", "INSERT", "settlement",
        "EXISTS (SELECT 1 FROM settlement_period p WHERE p.id = NEW.period_id AND p.sealed_at IS NOT NULL)",
    ),
    ("settlement_line_sealed", "INSERT", "settlement_line", SEALED.format(field="settlement_id")),
    ("settlement_adjustment_new", "INSERT", "settlement_adjustment", SEALED.format(field="settlement_id")),
    (
        "settlement_adjustment_sealed", "UPDATE", "settlement_adjustment",
        "NEW.settlement_id IS NOT NULL AND OLD.settlement_id IS NULL AND " + SEALED.format(field="settlement_id"),
    ),
    (
        "settlement_carried_sealed", "UPDATE", "settlement",
        "NEW.carried_into_id IS NOT NULL AND OLD.carried_into_id IS NULL AND " + SEALED.format(field="carried_into_id"),
    ),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then guard them."""
    create_settlement_period()
    create_settlement()
    create_settlement_line()
    create_settlement_adjustment()
    create_settlement_payee()
    guard()


def downgrade() -> None:
    """Drop them with their guards."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, _verb, _table, _when in ASKING:
            op.execute(f"DROP FUNCTION {name}()")


def guard() -> None:
    """What is closed stays as it was closed."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in KEPT:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))
    for name, verb, table, when in ASKING:
        if is_postgresql:
            op.execute(POSTGRES_ASKING.format(name=name, when=when))
            op.execute(POSTGRES_ASKED.format(name=name, verb=verb, table=table))
        else:
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))


def create_settlement_period() -> None:
    """One month of one seller."""
    op.create_table(
        "settlement_period",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=120), nullable=False),
        sa.Column("closed_by_id", KEY, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=True),
        sa.CheckConstraint("period LIKE '20__-__'", name=op.f("ck_settlement_period_period_is_a_month")),
        sa.CheckConstraint(
            "sealed_at IS NULL OR sealed_at >= closed_at", name=op.f("ck_settlement_period_closed_first")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_settlement_period_seller_id_seller")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_settlement_period_closed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_period")),
        sa.UniqueConstraint("seller_id", "period", name=op.f("uq_settlement_period_seller_id_period")),
    )


def create_settlement() -> None:
    """What one producer gets."""
    op.create_table(
        "settlement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("period_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("vat_method", sa.String(length=10), nullable=False),
        sa.Column("is_method_assumed", sa.Boolean(), nullable=False),
        *(
            sa.Column(f"{name}_vnd", DONG, nullable=False)
            for name in ("sales", "returns", "commission", "adjustments", "carried_in", "total")
        ),
        sa.Column("closed_by_id", KEY, nullable=False),
        sa.Column("approved_at", INSTANT, nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("paid_at", INSTANT, nullable=True),
        sa.Column("bank_ref", sa.String(length=80), nullable=True),
        sa.Column("carried_into_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_checks_of_settlement(),
        sa.ForeignKeyConstraint(
            ["period_id"], ["settlement_period.id"], name=op.f("fk_settlement_period_id_settlement_period")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_settlement_producer_id_producer")),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_settlement_closed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_settlement_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["carried_into_id"], ["settlement.id"], name=op.f("fk_settlement_carried_into_id_settlement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("code", name=op.f("uq_settlement_code")),
        sa.UniqueConstraint("period_id", "producer_id", name=op.f("uq_settlement_period_id_producer_id")),
    )
    op.create_index("ix_settlement_producer", "settlement", ["producer_id", "state"])
    op.create_index("ix_settlement_carried_into_id", "settlement", ["carried_into_id"])


def _checks_of_settlement() -> list[sa.CheckConstraint]:
    total = "total_vnd = sales_vnd - returns_vnd - commission_vnd + adjustments_vnd + carried_in_vnd"
    agreed = "(state IN ('approved', 'carried', 'listed', 'paid')) = (approved_by_id IS NOT NULL)"
    checks = {
        "state_known": "state IN ('approved', 'carried', 'closed', 'listed', 'paid')",
        "vat_method_known": "vat_method IN ('credit', 'direct', 'household')",
        "money_not_negative": "sales_vnd >= 0 AND returns_vnd >= 0",
        "total_is_the_sum": total,
        "approved_by_somebody": agreed,
        "two_persons": "approved_by_id IS NULL OR approved_by_id <> closed_by_id",
        "approved_at_an_instant": "(approved_by_id IS NULL) = (approved_at IS NULL)",
        "referenced_when_paid": "(state = 'paid') = (bank_ref IS NOT NULL)",
        "paid_at_an_instant": "(state = 'paid') = (paid_at IS NOT NULL)",
        "paid_when_owed": "state IN ('closed', 'carried') OR total_vnd > 0",
        "taken_when_carried": "carried_into_id IS NULL OR state = 'carried'",
    }
    return [sa.CheckConstraint(rule, name=op.f(f"ck_settlement_{name}")) for name, rule in checks.items()]


def create_settlement_line() -> None:
    """One sold row, settled once."""
    op.create_table(
        "settlement_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("settlement_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("row_id", KEY, nullable=False),
        sa.Column("source_ref", sa.String(length=20), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("lot_code", sa.String(length=20), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("unit_price_vnd", DONG, nullable=False),
        sa.Column("revenue_vnd", DONG, nullable=False),
        sa.Column("commission_bp", sa.Integer(), nullable=False),
        sa.Column("due_vnd", DONG, nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("vat_kind", sa.String(length=8), nullable=True),
        sa.CheckConstraint(
            "source IN ('order', 'order_back', 'order_return', 'till', 'till_return')",
            name=op.f("ck_settlement_line_source_known"),
        ),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_settlement_line_quantity_moves")),
        sa.CheckConstraint(
            "(quantity > 0 AND revenue_vnd >= due_vnd AND due_vnd >= 0)"
            " OR (quantity < 0 AND revenue_vnd <= due_vnd AND due_vnd <= 0)",
            name=op.f("ck_settlement_line_due_within_revenue"),
        ),
        *(
            sa.ForeignKeyConstraint([field], [f"{table}.id"], name=op.f(f"fk_settlement_line_{field}_{table}"))
            for field, table in (
                ("settlement_id", "settlement"), ("store_id", "store"), ("product_id", "product"), ("lot_id", "lot"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
        sa.UniqueConstraint("source", "row_id", name=op.f("uq_settlement_line_source_row_id")),
        sa.UniqueConstraint("settlement_id", "position", name=op.f("uq_settlement_line_settlement_id_position")),
    )  # fmt: skip
    op.create_index("ix_settlement_line_lot_id", "settlement_line", ["lot_id"])


def create_settlement_adjustment() -> None:
    """A sum beside the sales."""
    op.create_table(
        "settlement_adjustment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("amount_vnd", DONG, nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        *_decision(),
        sa.Column("settlement_id", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('correction', 'fault', 'fee', 'loss')", name=op.f("ck_settlement_adjustment_kind_known")
        ),
        sa.CheckConstraint("amount_vnd <> 0", name=op.f("ck_settlement_adjustment_amount_moves")),
        sa.CheckConstraint(
            "settlement_id IS NULL OR state = 'approved'", name=op.f("ck_settlement_adjustment_settled_when_approved")
        ),
        *_checks_of_decision("settlement_adjustment"),
        *(
            sa.ForeignKeyConstraint([field], [f"{table}.id"], name=op.f(f"fk_settlement_adjustment_{field}_{table}"))
            for field, table in (
                ("seller_id", "seller"), ("producer_id", "producer"), ("settlement_id", "settlement"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_adjustment")),
        sa.UniqueConstraint("code", name=op.f("uq_settlement_adjustment_code")),
    )  # fmt: skip
    op.create_index("ix_settlement_adjustment_producer_id", "settlement_adjustment", ["producer_id"])
    op.create_index("ix_settlement_adjustment_settlement_id", "settlement_adjustment", ["settlement_id"])
    op.create_index("ix_settlement_adjustment_open", "settlement_adjustment", ["seller_id", "state"])


def create_settlement_payee() -> None:
    """Where a producer's money goes."""
    op.create_table(
        "settlement_payee",
        sa.Column("id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("vat_method", sa.String(length=10), nullable=False),
        sa.Column("bank_bin", sa.String(length=6), nullable=True),
        sa.Column("account", sa.String(length=19), nullable=True),
        sa.Column("holder", sa.String(length=70), nullable=True),
        *_decision(),
        sa.CheckConstraint(
            "vat_method IN ('credit', 'direct', 'household')", name=op.f("ck_settlement_payee_vat_method_known")
        ),
        sa.CheckConstraint(
            "(bank_bin IS NULL) = (account IS NULL) AND (account IS NULL) = (holder IS NULL)",
            name=op.f("ck_settlement_payee_account_whole"),
        ),
        *_checks_of_decision("settlement_payee"),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_settlement_payee_producer_id_producer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_payee")),
    )
    op.create_index(
        "uq_settlement_payee_asked", "settlement_payee", ["producer_id"], unique=True,
        sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"),
    )  # fmt: skip
    op.create_index("ix_settlement_payee_producer", "settlement_payee", ["producer_id", "state"])


def _decision() -> list[sa.Column]:
    """Who asked for it, and who decided."""
    return [
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
    ]


def _checks_of_decision(table: str) -> list[sa.Constraint]:
    """Two persons, and whole answers."""
    checks = {
        "state_known": "state IN ('approved', 'asked', 'refused')",
        "decided_by_somebody": "(state = 'asked') = (decided_by_id IS NULL)",
        "decided_at_an_instant": "(decided_by_id IS NULL) = (decided_at IS NULL)",
        "two_persons": "decided_by_id IS NULL OR decided_by_id <> asked_by_id",
    }
    found: list[sa.Constraint] = [
        sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in checks.items()
    ]
    for field in ("asked_by_id", "decided_by_id"):
        name = op.f(f"fk_{table}_{field}_user_account")
        found.append(sa.ForeignKeyConstraint([field], ["user_account.id"], name=name))
    return found
