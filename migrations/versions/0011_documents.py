"""Documents, second clocks, stops and complaints.

Documents keep their bytes here and never change. Stops take days away from products: the view `certificate_pause`
joins them with the suspensions of 0002, and every guard that asked `certificate_suspension` (the order lines of 0003,
the booth-days of 0004) is made again to ask the view.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011_documents"
down_revision = "0010_proof"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDING = "withdrawn_at IS NULL"

SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
LAST_DAY = {
    "sqlite": """nullif(min(coalesce(s.until_on, '9999-12-31'), coalesce(date(s.lifted_on, '-1 day'), '9999-12-31')),
        '9999-12-31')""",
    "postgresql": "least(s.until_on, s.lifted_on - 1)",
}
PAUSE_VIEW = """
CREATE VIEW certificate_pause AS
SELECT certificate_id, from_on, until_on FROM certificate_suspension
UNION ALL
SELECT c.id AS certificate_id, s.from_on, {last} AS until_on
FROM certificate c JOIN product_stop s ON s.product_id = c.product_id
UNION ALL
SELECT c.id AS certificate_id, s.from_on, {last} AS until_on
FROM certificate c JOIN product p ON p.id = c.product_id JOIN product_stop s ON s.producer_id = p.producer_id
"""
#: The guards of 0003 over the days that {pauses} takes away. SQLite makes a trigger anew, PostgreSQL its function.
SQLITE_ORDER_GUARDS = {
    "order_line_covered_insert": """
CREATE TRIGGER order_line_covered_insert BEFORE INSERT ON order_line
WHEN NOT EXISTS (
    SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = NEW.certificate_id AND s.product_id = NEW.product_id AND s.stars = NEW.stars
      AND NEW.placed_on BETWEEN s.starts_on AND s.ends_on
      AND (NEW.decided_on IS NULL OR NEW.decided_on BETWEEN s.starts_on AND s.ends_on)
      AND NOT EXISTS (
        SELECT 1 FROM {pauses} p WHERE p.certificate_id = s.certificate_id
          AND ((NEW.placed_on >= p.from_on AND (p.until_on IS NULL OR NEW.placed_on <= p.until_on))
            OR (NEW.decided_on >= p.from_on AND (p.until_on IS NULL OR NEW.decided_on <= p.until_on)))))
BEGIN SELECT RAISE(ABORT, 'order_line_uncovered'); END
""",
    "order_line_covered_update": """
CREATE TRIGGER order_line_covered_update BEFORE UPDATE ON order_line
WHEN OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND (
    NEW.decided_on IS NOT date(NEW.decided_at, '+7 hours') OR NOT EXISTS (
    SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = NEW.certificate_id AND s.product_id = NEW.product_id
      AND NEW.decided_on BETWEEN s.starts_on AND s.ends_on
      AND NOT EXISTS (
        SELECT 1 FROM {pauses} p WHERE p.certificate_id = s.certificate_id
          AND NEW.decided_on >= p.from_on AND (p.until_on IS NULL OR NEW.decided_on <= p.until_on))))
BEGIN SELECT RAISE(ABORT, 'order_line_uncovered'); END
""",
}
POSTGRES_ORDER_GUARD = """
CREATE OR REPLACE FUNCTION certificate_covers(cert bigint, prod bigint, day date) RETURNS boolean LANGUAGE sql STABLE
AS $$
SELECT EXISTS (SELECT 1 FROM certificate_span s
    WHERE s.certificate_id = cert AND s.product_id = prod AND day BETWEEN s.starts_on AND s.ends_on)
  AND NOT EXISTS (SELECT 1 FROM {pauses} p
    WHERE p.certificate_id = cert AND day >= p.from_on AND (p.until_on IS NULL OR day <= p.until_on))
$$
"""
#: The guards of 0004 in the same way.
BOOTH_COVERED = """
    EXISTS (
        SELECT 1 FROM certificate_span AS span
        JOIN booking_product AS shown ON shown.product_id = span.product_id AND shown.booking_id = NEW.booking_id
        WHERE span.certificate_id = NEW.certificate_id AND span.stars = NEW.stars
          AND NEW.day BETWEEN span.starts_on AND span.ends_on
          AND NOT EXISTS (
              SELECT 1 FROM {pauses} AS pause
              WHERE pause.certificate_id = NEW.certificate_id AND pause.from_on <= NEW.day
                AND (pause.until_on IS NULL OR pause.until_on >= NEW.day)))
"""
BOOTH_GUARDS = {
    "booth_day_inserted": ("INSERT", "NEW.state IN ('hold', 'paid')"),
    "booth_day_changed": ("UPDATE", "NEW.state IN ('hold', 'paid') AND NEW.state <> OLD.state"),
}
SQLITE_BOOTH_GUARD = """
CREATE TRIGGER {name} BEFORE {verb} ON booth_day WHEN {when} AND NOT {covered}
BEGIN SELECT RAISE(ABORT, 'booth_day is uncovered'); END
"""
POSTGRES_BOOTH_GUARD = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} AND NOT {covered}
    THEN RAISE EXCEPTION 'booth_day is uncovered' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $$
"""

DOCUMENT_FIXED = (
    "code", "subject", "kind", "file_name", "media_type", "size", "sha256", "sent_sha256", "data",
    "uploaded_by", "uploaded_at",
)  # fmt: skip
STOP_FIXED = (
    "code", "product_id", "producer_id", "kind", "number", "authority", "ground", "from_on", "until_on", "source",
    "recorded_at", "recorded_by",
)  # fmt: skip
PAPER_FIXED = (
    "code", "kind", "product_id", "producer_id", "number", "issuer", "issued_on", "tested_on", "valid_until",
    "entered_by", "entered_at", "confirmed_by", "confirmed_at", "renews_id",
)  # fmt: skip
STOP_ONCE = ("lifted_on", "lifted_at", "lifted_by")
#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "document_fixed", "UPDATE", "document",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in DOCUMENT_FIXED) + " OR OLD.withdrawn_at IS NOT NULL",
    ),
    ("document_kept", "DELETE", "document", "OLD.id IS NOT NULL"),
    (
        "product_stop_fixed", "UPDATE", "product_stop",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in STOP_FIXED)
        + "".join(f" OR (OLD.{f} IS NOT NULL AND NEW.{f} IS DISTINCT FROM OLD.{f})" for f in STOP_ONCE),
    ),
    ("product_stop_kept", "DELETE", "product_stop", "OLD.id IS NOT NULL"),
    ("complaint_step_fixed", "UPDATE", "complaint_step", "OLD.id IS NOT NULL"),
    ("complaint_step_kept", "DELETE", "complaint_step", "OLD.id IS NOT NULL"),
    ("complaint_kept", "DELETE", "complaint", "OLD.id IS NOT NULL"),
    ("paper_kept", "DELETE", "paper", "OLD.id IS NOT NULL"),
    (
        "paper_confirmed_fixed", "UPDATE", "paper",
        "OLD.confirmed_at IS NOT NULL AND ("
        + " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in PAPER_FIXED) + ")",
    ),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then their guards."""
    create_documents()
    create_stops()
    create_papers()
    create_complaints()
    create_guards()
    op.execute(PAUSE_VIEW.format(last=LAST_DAY[op.get_bind().dialect.name]))
    guard_sales("certificate_pause")


def downgrade() -> None:
    """Drop everything; triggers go with their tables, and the sales are guarded as before."""
    guard_sales("certificate_suspension")
    op.execute("DROP VIEW certificate_pause")
    for table in ("complaint_step", "complaint", "paper", "product_stop", "document"):
        op.drop_table(table)


def guard_sales(pauses: str) -> None:
    """Let order lines and booth-days be judged by the suspensions and stops that this table or view holds."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    covered = BOOTH_COVERED.format(pauses=pauses)
    if is_postgresql:
        op.execute(POSTGRES_ORDER_GUARD.format(pauses=pauses))
    else:
        for name, text in SQLITE_ORDER_GUARDS.items():
            op.execute(f"DROP TRIGGER {name}")
            op.execute(text.format(pauses=pauses))
    for name, (verb, when) in BOOTH_GUARDS.items():
        if not is_postgresql:
            op.execute(f"DROP TRIGGER {name}")
        template = POSTGRES_BOOTH_GUARD if is_postgresql else SQLITE_BOOTH_GUARD
        op.execute(template.format(name=name, verb=verb, when=when, covered=covered))


def create_guards() -> None:
    """What is never rewritten and never deleted, on both engines."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=when))


def create_documents() -> None:
    """Files and their bytes."""
    op.create_table(
        "document",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=20), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("uploaded_by", KEY, nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('decision', 'declaration', 'safety', 'test', 'order', 'complaint', 'other')",
            name="ck_document_kind_known",
        ),
        sa.CheckConstraint(
            "media_type IN ('application/pdf', 'image/jpeg', 'image/png')", name="ck_document_type_known"
        ),
        sa.CheckConstraint("size > 0", name="ck_document_not_empty"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="ck_document_withdrawal_whole"),
        sa.ForeignKeyConstraint(["uploaded_by"], ["user_account.id"], name="fk_document_uploaded_by_user_account"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user_account.id"], name="fk_document_withdrawn_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("code", name="uq_document_code"),
    )
    op.create_index("ix_document_subject", "document", ["subject"], unique=False)
    op.create_index(
        "uq_document_standing", "document", ["subject", "sent_sha256"], unique=True,
        sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING),
    )  # fmt: skip


def create_stops() -> None:
    """Orders and papers that hold products."""
    op.create_table(
        "product_stop",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("authority", sa.String(length=160), nullable=False),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=60), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.Column("lifted_reason", sa.String(length=300), nullable=False),
        sa.Column("begun_recorded_at", INSTANT, nullable=True),
        sa.Column("ended_recorded_at", INSTANT, nullable=True),
        sa.CheckConstraint("kind IN ('takedown', 'paper', 'subject')", name="ck_product_stop_kind_known"),
        sa.CheckConstraint("(product_id IS NULL) <> (producer_id IS NULL)", name="ck_product_stop_one_target"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ck_product_stop_days_ordered"),
        sa.CheckConstraint("(lifted_on IS NULL) = (lifted_at IS NULL)", name="ck_product_stop_lifting_whole"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_stop_product_id_product"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_product_stop_producer_id_producer"),
        sa.ForeignKeyConstraint(["recorded_by"], ["user_account.id"], name="fk_product_stop_recorded_by_user_account"),
        sa.ForeignKeyConstraint(["lifted_by"], ["user_account.id"], name="fk_product_stop_lifted_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_product_stop"),
        sa.UniqueConstraint("code", name="uq_product_stop_code"),
    )
    for column in ("product_id", "producer_id", "source"):
        op.create_index(f"ix_product_stop_{column}", "product_stop", [column], unique=False)


def create_papers() -> None:
    """Second clocks: declarations of products, certificates of their makers."""
    op.create_table(
        "paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("entered_by", KEY, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("renews_id", KEY, nullable=True),
        sa.Column("is_blocking", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", KEY, nullable=True),
        sa.Column("withdrawn_reason", sa.String(length=300), nullable=True),
        sa.Column("told_until", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('self_declared', 'registered', 'safety')", name="ck_paper_kind_known"),
        sa.CheckConstraint("(product_id IS NULL) <> (producer_id IS NULL)", name="ck_paper_one_target"),
        sa.CheckConstraint("(kind = 'safety') = (producer_id IS NOT NULL)", name="ck_paper_target_fits"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= issued_on", name="ck_paper_days_ordered"),
        sa.CheckConstraint("NOT is_blocking OR valid_until IS NOT NULL", name="ck_paper_blocks_by_day"),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)", name="ck_paper_withdrawal_whole"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_paper_product_id_product"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_paper_producer_id_producer"),
        sa.ForeignKeyConstraint(["renews_id"], ["paper.id"], name="fk_paper_renews_id_paper"),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name="fk_paper_entered_by_user_account"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user_account.id"], name="fk_paper_confirmed_by_user_account"),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["user_account.id"], name="fk_paper_withdrawn_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
        sa.UniqueConstraint("code", name="uq_paper_code"),
    )
    for column in ("product_id", "producer_id", "renews_id", "valid_until"):
        op.create_index(f"ix_paper_{column}", "paper", [column], unique=False)


def create_complaints() -> None:
    """Complaints and their log."""
    op.create_table(
        "complaint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("topic", sa.String(length=12), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "topic IN ('quality', 'label', 'safety', 'seller', 'other')", name="ck_complaint_topic_known"
        ),
        sa.CheckConstraint("state IN ('received', 'examining', 'answered', 'closed')", name="ck_complaint_state_known"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_complaint_product_id_product"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
        sa.UniqueConstraint("code", name="uq_complaint_code"),
        sa.UniqueConstraint("token", name="uq_complaint_token"),
    )
    op.create_index("ix_complaint_product_id", "complaint", ["product_id"], unique=False)
    op.create_index("ix_complaint_state", "complaint", ["state", "due_on"], unique=False)
    op.create_table(
        "complaint_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("complaint_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name="fk_complaint_step_complaint_id_complaint"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_complaint_step_by_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint_step"),
    )
    op.create_index("ix_complaint_step_complaint_id", "complaint_step", ["complaint_id"], unique=False)
