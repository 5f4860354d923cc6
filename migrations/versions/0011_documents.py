"""Documents, second clocks, stops and complaints.

Documents keep their bytes here and never change.
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
DOCUMENT_FIXED = (
    "code", "subject", "kind", "file_name", "media_type", "size", "sha256", "sent_sha256", "data",
    "uploaded_by", "uploaded_at",
)  # fmt: skip
#: (name, verb, table, when it is refused)
GUARDS = (
    (
        "document_fixed", "UPDATE", "document",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in DOCUMENT_FIXED) + " OR OLD.withdrawn_at IS NOT NULL",
    ),
    ("document_kept", "DELETE", "document", "OLD.id IS NOT NULL"),
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, then their guards."""
    create_documents()
    create_guards()


def downgrade() -> None:
    """Drop everything; triggers go with their tables."""
    op.drop_table("document")


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
