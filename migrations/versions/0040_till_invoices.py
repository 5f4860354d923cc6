"""Invoices of the till: each is of one order or of one receipt. What a till remembers of a buyer can be forgotten.

The telephone number of a receipt was erasable from the beginning; the same number in what the till was answered, and
in sales that a person decided, is from now on, and nothing else there. So is the e-mail on a draft that came to nothing.
"""

from alembic import op

from core.alter import add_check, drop_check, drop_not_null, set_not_null

revision = "0040_till_invoices"
down_revision = "0039_speed"
branch_labels = None
depends_on = None

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
#: (table, column, the table that it names)
COLUMNS = (("invoice", "till_sale_id", "till_sale"), ("invoice_line", "till_line_id", "till_line"))
STANDS = "kind = 'original' AND state <> 'discarded'"


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


#: As migration 0028 has it: what does not change once it is no draft any more.
PRINTED = (
    "series", "number", "issued_at", "issued_on", "issued_by", "buyer_kind", "buyer_name", "buyer_tax_code",
    "buyer_address", "buyer_email", "total_words",
)  # fmt: skip
#: Of a sale that needed a decision: what never changes, and what does not once it is decided.
SENT = (
    "code", "uuid", "till_id", "shift_id", "store_id", "cashier", "kind", "total_vnd", "cash_vnd", "is_late", "sold_at",
    "received_at",
)  # fmt: skip
DECIDED = ("cashier_id", "why", "lines", "state", "outcome", "decided_at", "decided_by", "note", "version")
#: Without the person: her number and her wish; as text, whose order of keys each database fixes by itself.
NOBODYS = {
    "sqlite": "json_set({row}.body, '$.customer_phone', NULL, '$.invoice', NULL)",
    "postgresql": '{row}.body || \'{{"customer_phone": null, "invoice": null}}\'',
}
#: What was answered, with the number taken out of it.
UNSAID = {
    "sqlite": "replace(OLD.body, '\"' || (OLD.body ->> '$.customer_phone') || '\"', 'null')",
    "postgresql": "replace(OLD.body, '\"' || (CAST(OLD.body AS json) ->> 'customer_phone') || '\"', 'null')",
}


def upgrade() -> None:
    """Add the columns, let the order be missing where a receipt stands, and guard both."""
    bind = op.get_bind()
    kind = "BIGINT" if bind.dialect.name == "postgresql" else "INTEGER"
    for table, column, other in COLUMNS:
        # Plain SQL: to Alembic a key on SQLite means a copied table, and these carry triggers.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {column} {kind}"
            f" CONSTRAINT fk_{table}_{column}_{other} REFERENCES {other} (id)"
        )
        op.create_index(f"ix_{table}_{column}", table, [column], unique=False)
    drop_not_null(bind, "invoice", "order_id")
    add_check(bind, "invoice", "ck_invoice_of_one_sale", "(order_id IS NULL) <> (till_sale_id IS NULL)")
    op.execute(f"CREATE UNIQUE INDEX uq_invoice_original_of_till ON invoice (till_sale_id) WHERE {STANDS}")
    keep("invoice_till_fixed", "invoice", changed("till_sale_id"))
    drop("invoice_printed_fixed", "invoice")
    keep("invoice_printed_fixed", "invoice", forgettable_draft())
    for name in ("till_exception_fixed", "till_answer_fixed"):
        drop(name, name.removesuffix("_fixed"))
    keep("till_exception_fixed", "till_exception", forgettable_exception(bind.dialect.name))
    keep("till_answer_fixed", "till_answer", forgettable_answer(bind.dialect.name))


def downgrade() -> None:
    """As it was; refused by the database while invoices of receipts stand."""
    bind = op.get_bind()
    for name in ("till_exception_fixed", "till_answer_fixed"):
        drop(name, name.removesuffix("_fixed"))
    keep("till_exception_fixed", "till_exception", f"OLD.state <> 'waiting' OR {changed(*SENT)}")
    keep("till_answer_fixed", "till_answer", "OLD.uuid IS NOT NULL")
    drop("invoice_printed_fixed", "invoice")
    keep("invoice_printed_fixed", "invoice", f"OLD.state <> 'draft' AND ({changed(*PRINTED)})")
    drop("invoice_till_fixed", "invoice")
    op.execute("DROP INDEX uq_invoice_original_of_till")
    drop_check(bind, "invoice", "ck_invoice_of_one_sale")
    set_not_null(bind, "invoice", "order_id")
    for table, column, _other in COLUMNS:
        op.drop_index(f"ix_{table}_{column}", table)
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")


def forgettable_draft() -> str:
    """When a change of what is printed is refused: once it is no draft, but a discarded one may lose its e-mail."""
    others = changed(*(column for column in PRINTED if column != "buyer_email"))
    kept = "OLD.state <> 'discarded' OR NEW.buyer_email IS NOT NULL"
    return f"OLD.state <> 'draft' AND ({others} OR ({changed('buyer_email')} AND ({kept})))"


def forgettable_exception(kind: str) -> str:
    """When a change of an exception is refused: of what was sent; of what was decided; more than forgetting her."""
    old, new = (NOBODYS[kind].format(row=row) for row in ("OLD", "NEW"))
    more = f"NEW.body IS DISTINCT FROM OLD.body AND (NEW.body IS DISTINCT FROM {new} OR {new} IS DISTINCT FROM {old})"
    return f"{changed(*SENT)} OR ({more}) OR (OLD.state <> 'waiting' AND ({changed(*DECIDED)}))"


def forgettable_answer(kind: str) -> str:
    """When a change of an answer is refused: of anything but the number that it says."""
    return f"{changed('uuid', 'body_hash', 'status', 'received_at')} OR NEW.body IS DISTINCT FROM {UNSAID[kind]}"


def keep(name: str, table: str, when: str) -> None:
    """Refuse a change when a condition holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_KEPT.format(name=name, verb="UPDATE", table=table, when=when))
    else:
        when = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(SQLITE_KEPT.format(name=name, verb="UPDATE", table=table, when=when))


def drop(name: str, table: str) -> None:
    """Take a guard away."""
    op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if op.get_bind().dialect.name == "postgresql" else ""))
