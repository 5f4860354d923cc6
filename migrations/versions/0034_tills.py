"""Tills: browsers at counters, PINs, shifts, sales and returns, and sales that need a decision.

Sessions of `core.accounts` learn two things for it: a narrower scope, and the device that they belong to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034_tills"
down_revision = "0033_counts_recalls"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")

#: In the order in which they can go.
TABLES = (
    "till_answer", "till_qr", "till_tender", "till_line_lot", "till_line", "till_sale", "till_exception", "till_cash",
    "till_shift", "till_approval", "till_session", "till_pin", "till_setting", "till",
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
POSTGRES_ASKED = "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


ALWAYS = "OLD.id IS NOT NULL"
#: (name, verb, table, when it is refused)
KEPT = (
    (
        "till_shift_closed", "UPDATE", "till_shift",
        "OLD.closed_at IS NOT NULL OR "
        + changed("code", "till_id", "store_id", "number", "opened_at", "opened_by", "opened_by_id", "float_vnd"),
    ),
    ("till_shift_kept", "DELETE", "till_shift", ALWAYS),
    ("till_cash_fixed", "UPDATE", "till_cash", ALWAYS),
    ("till_cash_kept", "DELETE", "till_cash", ALWAYS),
    (
        "till_sale_fixed", "UPDATE", "till_sale",
        changed(
            "code", "uuid", "token", "kind", "of_sale_id", "till_id", "shift_id", "store_id", "seller_id", "cashier",
            "cashier_id", "sold_at", "received_at", "decided_at", "decided_on", "is_offline", "lines_total_vnd",
            "discount_vnd", "rounding_vnd", "total_vnd", "cash_given_vnd", "change_vnd", "is_adult", "exception_id",
        ),
    ),
    ("till_sale_kept", "DELETE", "till_sale", ALWAYS),
    ("till_line_fixed", "UPDATE", "till_line", ALWAYS),
    ("till_line_kept", "DELETE", "till_line", ALWAYS),
    ("till_line_lot_fixed", "UPDATE", "till_line_lot", ALWAYS),
    ("till_line_lot_kept", "DELETE", "till_line_lot", ALWAYS),
    (
        "till_tender_fixed", "UPDATE", "till_tender",
        "OLD.reconciled_at IS NOT NULL OR "
        + changed("sale_id", "way", "amount_vnd", "reference", "confirmed_by", "payment_reference"),
    ),
    ("till_tender_kept", "DELETE", "till_tender", ALWAYS),
    (
        "till_exception_fixed", "UPDATE", "till_exception",
        "OLD.state <> 'waiting' OR "
        + changed(
            "code", "uuid", "till_id", "shift_id", "store_id", "cashier", "kind", "total_vnd", "cash_vnd", "is_late",
            "sold_at", "received_at",
        ),
    ),
    ("till_exception_kept", "DELETE", "till_exception", ALWAYS),
    (
        "till_approval_fixed", "UPDATE", "till_approval",
        "OLD.used_at IS NOT NULL OR "
        + changed("token_digest", "act", "till_id", "amount_vnd", "manager_id", "manager", "given_at", "expires_at"),
    ),
    ("till_answer_fixed", "UPDATE", "till_answer", "OLD.uuid IS NOT NULL"),
    ("till_answer_kept", "DELETE", "till_answer", "OLD.uuid IS NOT NULL"),
)  # fmt: skip
#: The gate's last door at the till: a sold line is stored only on a day that its certificate covers (decision 4).
COVERED = {
    "postgresql": "certificate_covers(NEW.certificate_id, NEW.product_id, NEW.decided_on)",
    "sqlite": """EXISTS (
    SELECT 1 FROM certificate_span c WHERE c.certificate_id = NEW.certificate_id AND c.product_id = NEW.product_id
      AND NEW.decided_on BETWEEN c.starts_on AND c.ends_on
      AND NOT EXISTS (SELECT 1 FROM certificate_pause p WHERE p.certificate_id = c.certificate_id
        AND NEW.decided_on >= p.from_on AND (p.until_on IS NULL OR NEW.decided_on <= p.until_on)))""",
}
LOCAL_DAY = {"postgresql": "local_day(NEW.decided_at)", "sqlite": "date(NEW.decided_at, '+7 hours')"}
STARS = """EXISTS (
    SELECT 1 FROM certificate_span s WHERE s.certificate_id = NEW.certificate_id AND s.stars = NEW.stars)"""
#: (name, table, when an INSERT is refused)
ASKING = (
    (
        "till_shift_next", "till_shift",
        "NEW.number <> 1 + coalesce((SELECT max(o.number) FROM till_shift o WHERE o.till_id = NEW.till_id), 0)",
    ),
    (
        "till_cash_open", "till_cash",
        "NOT EXISTS (SELECT 1 FROM till_shift s WHERE s.id = NEW.shift_id AND s.closed_at IS NULL)",
    ),
    (
        "till_sale_open", "till_sale",
        ("NEW.decided_on <> {local_day} OR NOT EXISTS (SELECT 1 FROM till_shift s WHERE s.id = NEW.shift_id"
        " AND s.till_id = NEW.till_id AND s.store_id = NEW.store_id"
        " AND (s.closed_at IS NULL OR NEW.exception_id IS NOT NULL))"),
    ),
    ("till_line_uncovered", "till_line", "NEW.of_line_id IS NULL AND NOT ({covered} AND {stars})"),
    (
        "till_line_unfit", "till_line",
        ("NOT EXISTS (SELECT 1 FROM till_sale s JOIN sku k ON k.id = NEW.sku_id JOIN listing l ON l.id = k.listing_id"
        " WHERE s.id = NEW.sale_id AND l.product_id = NEW.product_id"
        " AND ((s.kind = 'sale' AND NEW.of_line_id IS NULL AND s.decided_on = NEW.decided_on)"
        " OR (s.kind = 'return' AND EXISTS (SELECT 1 FROM till_line o WHERE o.id = NEW.of_line_id"
        " AND o.sale_id = s.of_sale_id AND o.sku_id = NEW.sku_id AND o.unit_price_vnd = NEW.unit_price_vnd"
        " AND o.certificate_id = NEW.certificate_id AND o.decided_on = NEW.decided_on))))"),
    ),
    (
        "till_line_returned", "till_line",
        ("NEW.of_line_id IS NOT NULL AND NEW.quantity"
        " + coalesce((SELECT sum(b.quantity) FROM till_line b WHERE b.of_line_id = NEW.of_line_id), 0)"
        " > (SELECT o.quantity FROM till_line o WHERE o.id = NEW.of_line_id)"),
    ),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then guard them."""
    op.add_column("user_session", sa.Column("scope", sa.String(length=400), server_default="", nullable=False))
    op.add_column("user_session", sa.Column("device", sa.String(length=64), nullable=True))
    for create in (
        create_till, create_till_setting, create_till_pin, create_till_session, create_till_approval,
        create_till_shift, create_till_cash, create_till_exception, create_till_sale, create_till_line,
        create_till_line_lot, create_till_tender, create_till_qr, create_till_answer,
    ):  # fmt: skip
        create()
    guard()


def downgrade() -> None:
    """Triggers go with their tables, then what they called."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, *_rest in ASKING:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_column("user_session", "device")
    op.drop_column("user_session", "scope")


def guard() -> None:
    """What was sold, counted and answered stays; what may not be stored is refused."""
    kind = op.get_bind().dialect.name
    for name, verb, table, when in KEPT:
        if kind == "postgresql":
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))
    for name, table, condition in ASKING:
        when = condition.format(local_day=LOCAL_DAY[kind], covered=COVERED[kind], stars=STARS)
        if kind == "postgresql":
            op.execute(POSTGRES_ASKING.format(name=name, when=when))
            op.execute(POSTGRES_ASKED.format(name=name, table=table))
        else:
            op.execute(SQLITE_KEPT.format(name=name, verb="INSERT", table=table, when=when))


def create_till() -> None:
    """Browsers at counters."""
    op.create_table(
        "till",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_store_id_store")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("code", name=op.f("uq_till_code")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_till_token_digest")),
    )
    op.create_index(op.f("ix_till_store_id"), "till", ["store_id"], unique=False)


def create_till_setting() -> None:
    """How a store wants its tills to be."""
    op.create_table(
        "till_setting",
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("cash_step_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cashier_discount_bp", sa.Integer(), nullable=False),
        sa.Column("manager_discount_bp", sa.Integer(), nullable=False),
        sa.Column("return_limit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("pay_out_limit_vnd", sa.BigInteger(), nullable=False),
        sa.Column("favourites", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("cash_step_vnd IN (0, 100, 500, 1000)", name=op.f("ck_till_setting_step_known")),
        sa.CheckConstraint(
            "cashier_discount_bp BETWEEN 0 AND 10000 AND manager_discount_bp BETWEEN cashier_discount_bp AND 10000",
            name=op.f("ck_till_setting_discounts_in_order"),
        ),
        sa.CheckConstraint(
            "return_limit_vnd >= 0 AND pay_out_limit_vnd >= 0", name=op.f("ck_till_setting_limits_not_negative")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_setting_store_id_store")),
        sa.PrimaryKeyConstraint("store_id", name=op.f("pk_till_setting")),
    )


def create_till_pin() -> None:
    """Six digits of one person."""
    op.create_table(
        "till_pin",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("pin_hash", sa.String(length=255), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_till_pin_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_till_pin")),
    )


def create_till_session() -> None:
    """Who was at which till."""
    op.create_table(
        "till_session",
        sa.Column("id", KEY, nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("session_id", KEY, nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["user_session.id"],
            name=op.f("fk_till_session_session_id_user_session"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_session_till_id_till")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_till_session_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
    )
    op.create_index(op.f("ix_till_session_session_id"), "till_session", ["session_id"], unique=False)
    op.create_index(op.f("ix_till_session_till_id"), "till_session", ["till_id"], unique=False)
    op.create_index(op.f("ix_till_session_user_id"), "till_session", ["user_id"], unique=False)


def create_till_approval() -> None:
    """A manager's yes to one act."""
    op.create_table(
        "till_approval",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("manager_id", KEY, nullable=False),
        sa.Column("manager", sa.String(length=120), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("used_for", sa.String(length=40), nullable=True),
        sa.CheckConstraint("act IN ('cash', 'discount', 'return')", name=op.f("ck_till_approval_act_known")),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["user_account.id"], name=op.f("fk_till_approval_manager_id_user_account")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_approval_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_approval")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_till_approval_token_digest")),
    )
    op.create_index(op.f("ix_till_approval_till_id"), "till_approval", ["till_id"], unique=False)


def create_till_shift() -> None:
    """One drawer from float to count."""
    op.create_table(
        "till_shift",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened_by_id", KEY, nullable=True),
        sa.Column("float_vnd", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("counted_vnd", sa.BigInteger(), nullable=True),
        sa.Column("expected_vnd", sa.BigInteger(), nullable=True),
        sa.Column("difference_vnd", sa.BigInteger(), nullable=True),
        sa.Column("counted", JSON, nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL AND counted_vnd IS NULL AND expected_vnd IS NULL AND difference_vnd IS NULL) OR (closed_at IS NOT NULL AND counted_vnd >= 0 AND closed_by IS NOT NULL AND difference_vnd = counted_vnd - expected_vnd)",
            name=op.f("ck_till_shift_closed_with_count"),
        ),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_till_shift_opened_first")),
        sa.CheckConstraint("float_vnd >= 0", name=op.f("ck_till_shift_float_not_negative")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["user_account.id"], name=op.f("fk_till_shift_opened_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_shift_store_id_store")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_shift_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_shift")),
        sa.UniqueConstraint("code", name=op.f("uq_till_shift_code")),
        sa.UniqueConstraint("till_id", "number", name=op.f("uq_till_shift_till_id_number")),
    )
    op.create_index(op.f("ix_till_shift_store_id"), "till_shift", ["store_id"], unique=False)
    op.create_index(
        "uq_till_shift_open",
        "till_shift",
        ["till_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def create_till_cash() -> None:
    """Cash in and out beside sales."""
    op.create_table(
        "till_cash",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("shift_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('pay_in', 'pay_out')", name=op.f("ck_till_cash_kind_known")),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_till_cash_amount_positive")),
        sa.ForeignKeyConstraint(["shift_id"], ["till_shift.id"], name=op.f("fk_till_cash_shift_id_till_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_cash")),
        sa.UniqueConstraint("code", name=op.f("uq_till_cash_code")),
    )
    op.create_index(op.f("ix_till_cash_shift_id"), "till_cash", ["shift_id"], unique=False)


def create_till_exception() -> None:
    """Sales that a person must decide."""
    op.create_table(
        "till_exception",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("shift_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("cashier", sa.String(length=120), nullable=False),
        sa.Column("cashier_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("why", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cash_vnd", sa.BigInteger(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("sold_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_till_exception_decided_with_instant")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (outcome IS NULL)", name=op.f("ck_till_exception_decided_with_outcome")
        ),
        sa.CheckConstraint(
            "kind IN ('adult', 'lapsed', 'limit', 'other', 'price', 'shift', 'stock', 'unfit')",
            name=op.f("ck_till_exception_kind_known"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('sale', 'back', 'loss')", name=op.f("ck_till_exception_outcome_known")
        ),
        sa.CheckConstraint("state IN ('accepted', 'refused', 'waiting')", name=op.f("ck_till_exception_state_known")),
        sa.ForeignKeyConstraint(
            ["cashier_id"], ["user_account.id"], name=op.f("fk_till_exception_cashier_id_user_account")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["till_shift.id"], name=op.f("fk_till_exception_shift_id_till_shift")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_exception_store_id_store")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_exception_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_exception")),
        sa.UniqueConstraint("code", name=op.f("uq_till_exception_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_till_exception_uuid")),
    )
    op.create_index(op.f("ix_till_exception_shift_id"), "till_exception", ["shift_id"], unique=False)
    op.create_index("ix_till_exception_store_state", "till_exception", ["store_id", "state"], unique=False)
    op.create_index(op.f("ix_till_exception_till_id"), "till_exception", ["till_id"], unique=False)


def create_till_sale() -> None:
    """One receipt."""
    op.create_table(
        "till_sale",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("of_sale_id", KEY, nullable=True),
        sa.Column("till_id", KEY, nullable=False),
        sa.Column("shift_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("cashier", sa.String(length=120), nullable=False),
        sa.Column("cashier_id", KEY, nullable=True),
        sa.Column("sold_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("lines_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("rounding_vnd", sa.BigInteger(), nullable=False),
        sa.Column("total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("cash_given_vnd", sa.BigInteger(), nullable=True),
        sa.Column("change_vnd", sa.BigInteger(), nullable=True),
        sa.Column("customer_phone", sa.String(length=20), nullable=True),
        sa.Column("invoice_wish", JSON, nullable=False),
        sa.Column("is_adult", sa.Boolean(), nullable=False),
        sa.Column("exception_id", KEY, nullable=True),
        sa.CheckConstraint("(kind = 'return') = (of_sale_id IS NOT NULL)", name=op.f("ck_till_sale_return_of_a_sale")),
        sa.CheckConstraint("kind IN ('return', 'sale')", name=op.f("ck_till_sale_kind_known")),
        sa.CheckConstraint(
            "discount_vnd BETWEEN 0 AND lines_total_vnd", name=op.f("ck_till_sale_discount_within_lines")
        ),
        sa.CheckConstraint("lines_total_vnd >= 0 AND total_vnd >= 0", name=op.f("ck_till_sale_money_not_negative")),
        sa.CheckConstraint("rounding_vnd BETWEEN -999 AND 999", name=op.f("ck_till_sale_rounding_small")),
        sa.CheckConstraint(
            "total_vnd = lines_total_vnd - discount_vnd + rounding_vnd", name=op.f("ck_till_sale_total_is_the_sum")
        ),
        sa.ForeignKeyConstraint(["cashier_id"], ["user_account.id"], name=op.f("fk_till_sale_cashier_id_user_account")),
        sa.ForeignKeyConstraint(
            ["exception_id"], ["till_exception.id"], name=op.f("fk_till_sale_exception_id_till_exception")
        ),
        sa.ForeignKeyConstraint(["of_sale_id"], ["till_sale.id"], name=op.f("fk_till_sale_of_sale_id_till_sale")),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_till_sale_seller_id_seller")),
        sa.ForeignKeyConstraint(["shift_id"], ["till_shift.id"], name=op.f("fk_till_sale_shift_id_till_shift")),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name=op.f("fk_till_sale_store_id_store")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_sale_till_id_till")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_sale")),
        sa.UniqueConstraint("code", name=op.f("uq_till_sale_code")),
        sa.UniqueConstraint("exception_id", name=op.f("uq_till_sale_exception_id")),
        sa.UniqueConstraint("token", name=op.f("uq_till_sale_token")),
        sa.UniqueConstraint("uuid", name=op.f("uq_till_sale_uuid")),
    )
    op.create_index(op.f("ix_till_sale_customer_phone"), "till_sale", ["customer_phone"], unique=False)
    op.create_index(op.f("ix_till_sale_of_sale_id"), "till_sale", ["of_sale_id"], unique=False)
    op.create_index(op.f("ix_till_sale_seller_id"), "till_sale", ["seller_id"], unique=False)
    op.create_index(op.f("ix_till_sale_shift_id"), "till_sale", ["shift_id"], unique=False)
    op.create_index("ix_till_sale_store_decided", "till_sale", ["store_id", "decided_on"], unique=False)


def create_till_line() -> None:
    """Lines as printed."""
    op.create_table(
        "till_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("of_line_id", KEY, nullable=True),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("sku_code", sa.String(length=40), nullable=False),
        sa.Column("product_name", sa.String(length=200), nullable=False),
        sa.Column("producer_name", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("line_total_vnd", sa.BigInteger(), nullable=False),
        sa.Column("discount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("vat_kind", sa.String(length=8), nullable=True),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("certificate_code", sa.String(length=20), nullable=False),
        sa.Column("certificate_number", sa.String(length=60), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("taken_to", sa.String(length=8), nullable=True),
        sa.CheckConstraint("unit IN ('piece', 'gram')", name=op.f("ck_till_line_unit_known")),
        sa.CheckConstraint(
            "vat_kind IS NULL OR (vat_kind IN ('KCT', 'KKKNT', 'KTT') AND vat_bp = 0)",
            name=op.f("ck_till_line_vat_kind_without_rate"),
        ),
        sa.CheckConstraint("discount_vnd BETWEEN 0 AND line_total_vnd", name=op.f("ck_till_line_discount_within_line")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_till_line_quantity_positive")),
        sa.CheckConstraint("stars BETWEEN 3 AND 5", name=op.f("ck_till_line_stars_sellable")),
        sa.CheckConstraint("unit_price_vnd > 0 AND line_total_vnd >= 0", name=op.f("ck_till_line_price_positive")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_till_line_certificate_id_certificate")
        ),
        sa.ForeignKeyConstraint(["of_line_id"], ["till_line.id"], name=op.f("fk_till_line_of_line_id_till_line")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_till_line_product_id_product")),
        sa.ForeignKeyConstraint(["sale_id"], ["till_sale.id"], name=op.f("fk_till_line_sale_id_till_sale")),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_till_line_sku_id_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_line")),
        sa.UniqueConstraint("sale_id", "position", name=op.f("uq_till_line_sale_id_position")),
    )
    op.create_index(op.f("ix_till_line_certificate_id"), "till_line", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_till_line_of_line_id"), "till_line", ["of_line_id"], unique=False)
    op.create_index(op.f("ix_till_line_product_id"), "till_line", ["product_id"], unique=False)
    op.create_index(op.f("ix_till_line_sku_id"), "till_line", ["sku_id"], unique=False)


def create_till_line_lot() -> None:
    """Lots that left for a line, or came back."""
    op.create_table(
        "till_line_lot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("lot_id", KEY, nullable=False),
        sa.Column("level_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_till_line_lot_quantity_positive")),
        sa.ForeignKeyConstraint(["level_id"], ["stock_level.id"], name=op.f("fk_till_line_lot_level_id_stock_level")),
        sa.ForeignKeyConstraint(["line_id"], ["till_line.id"], name=op.f("fk_till_line_lot_line_id_till_line")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_till_line_lot_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_line_lot")),
    )
    op.create_index(op.f("ix_till_line_lot_line_id"), "till_line_lot", ["line_id"], unique=False)
    op.create_index(op.f("ix_till_line_lot_lot_id"), "till_line_lot", ["lot_id"], unique=False)


def create_till_tender() -> None:
    """Money of one way."""
    op.create_table(
        "till_tender",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sale_id", KEY, nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("payment_reference", sa.String(length=60), nullable=True),
        sa.Column("reconciled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "way = 'vietqr' OR payment_reference IS NULL", name=op.f("ck_till_tender_payment_of_transfers")
        ),
        sa.CheckConstraint("way IN ('card', 'cash', 'vietqr')", name=op.f("ck_till_tender_way_known")),
        sa.CheckConstraint("amount_vnd > 0", name=op.f("ck_till_tender_amount_positive")),
        sa.ForeignKeyConstraint(["sale_id"], ["till_sale.id"], name=op.f("fk_till_tender_sale_id_till_sale")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_tender")),
        sa.UniqueConstraint("payment_reference", name=op.f("uq_till_tender_payment_reference")),
    )
    op.create_index("ix_till_tender_open", "till_tender", ["way", "reconciled_at"], unique=False)
    op.create_index(op.f("ix_till_tender_sale_id"), "till_tender", ["sale_id"], unique=False)


def create_till_qr() -> None:
    """Codes shown on the screen."""
    op.create_table(
        "till_qr",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("shift_id", KEY, nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("shown_at", INSTANT, nullable=False),
        sa.Column("shown_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["shift_id"], ["till_shift.id"], name=op.f("fk_till_qr_shift_id_till_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_qr")),
        sa.UniqueConstraint("reference", name=op.f("uq_till_qr_reference")),
    )
    op.create_index(op.f("ix_till_qr_shift_id"), "till_qr", ["shift_id"], unique=False)


def create_till_answer() -> None:
    """What each id was answered."""
    op.create_table(
        "till_answer",
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_till_answer")),
    )
