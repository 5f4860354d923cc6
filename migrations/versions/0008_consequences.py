"""What was done about each change of a certificate, whom it reached afterwards, and labels to print anew.

Rows of `certificate_consequence` are never taken away: they are what makes a consequence happen once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_consequences"
down_revision = "0007_decisions"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")

SQLITE_KEPT = """
CREATE TRIGGER consequence_kept BEFORE DELETE ON certificate_consequence
BEGIN SELECT RAISE(ABORT, 'consequence_kept'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER consequence_kept BEFORE DELETE ON certificate_consequence
FOR EACH ROW EXECUTE FUNCTION refuse_fixed()
"""


def upgrade() -> None:
    """Three tables, and a guard."""
    create_consequences()
    create_cases()
    create_labels()
    op.execute(POSTGRES_KEPT if op.get_bind().dialect.name == "postgresql" else SQLITE_KEPT)


def downgrade() -> None:
    """Triggers go with their tables."""
    for table in ("label_task", "sold_case", "certificate_consequence"):
        op.drop_table(table)


def create_consequences() -> None:
    """One row for each consequence of each occasion."""
    op.create_table(
        "certificate_consequence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("consequence", sa.String(length=20), nullable=False),
        sa.Column("occasion", sa.String(length=40), nullable=False),
        sa.Column("happening", sa.String(length=12), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("done_at", INSTANT, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.CheckConstraint(
            "happening IN ('lapse', 'revocation', 'suspension', 'downrating', 'renewal')",
            name="ck_certificate_consequence_happening_known",
        ),
        belongs("certificate_consequence", "certificate_id", "certificate"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_consequence"),
        sa.UniqueConstraint(
            "certificate_id",
            "consequence",
            "occasion",
            name="uq_certificate_consequence_certificate_id_consequence_occasion",
        ),
    )


def create_cases() -> None:
    """Sold lines and shown booths that a revocation reached afterwards."""
    links = {
        "certificate_id": "certificate",
        "product_id": "product",
        "order_line_id": "order_line",
        "store_id": "store",
        "booking_id": "booking",
    }
    op.create_table(
        "sold_case",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        *(sa.Column(name, KEY, nullable=name not in ("certificate_id", "product_id")) for name in links),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("contact_by", INSTANT, nullable=False),
        sa.Column("refund_vnd", sa.BigInteger(), nullable=True),
        sa.Column("refund_reference", sa.String(length=80), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('sale', 'booth')", name="ck_sold_case_kind_known"),
        sa.CheckConstraint(
            "state IN ('to_contact', 'contacted', 'refunded', 'closed')", name="ck_sold_case_state_known"
        ),
        sa.CheckConstraint(
            "(kind = 'sale') = (order_line_id IS NOT NULL) AND (kind = 'booth') = (booking_id IS NOT NULL)"
            " AND (kind = 'sale') = (store_id IS NOT NULL)",
            name="ck_sold_case_about_one_thing",
        ),
        sa.CheckConstraint("refund_vnd IS NULL OR refund_vnd > 0", name="ck_sold_case_refund_positive"),
        sa.CheckConstraint(
            "(refund_vnd IS NULL) = (refund_reference IS NULL)", name="ck_sold_case_refund_has_reference"
        ),
        sa.CheckConstraint("state <> 'refunded' OR refund_vnd IS NOT NULL", name="ck_sold_case_refunded_has_refund"),
        *(belongs("sold_case", name, table) for name, table in links.items()),
        sa.PrimaryKeyConstraint("id", name="pk_sold_case"),
        sa.UniqueConstraint("code", name="uq_sold_case_code"),
        sa.UniqueConstraint("certificate_id", "order_line_id", name="uq_sold_case_certificate_id_order_line_id"),
        sa.UniqueConstraint("certificate_id", "booking_id", name="uq_sold_case_certificate_id_booking_id"),
    )
    op.create_index("ix_sold_case_certificate_id", "sold_case", ["certificate_id"])
    op.create_index("ix_sold_case_state", "sold_case", ["state", "store_id"])


def create_labels() -> None:
    """Shelf labels to print anew."""
    links = {"store_id": "store", "product_id": "product", "certificate_id": "certificate"}
    op.create_table(
        "label_task",
        sa.Column("id", KEY, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in links),
        sa.Column("old_stars", sa.Integer(), nullable=False),
        sa.Column("new_stars", sa.Integer(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("done_by", KEY, nullable=True),
        *(belongs("label_task", name, table) for name, table in links.items()),
        belongs("label_task", "done_by", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_label_task"),
        sa.UniqueConstraint(
            "store_id", "certificate_id", "new_stars", name="uq_label_task_store_id_certificate_id_new_stars"
        ),
    )
    op.create_index("ix_label_task_store_id", "label_task", ["store_id", "done_at"])


def belongs(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key under the name that the convention gives it."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
