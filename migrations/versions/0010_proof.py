"""Reports of labels that were not found."""

import sqlalchemy as sa
from alembic import op

revision = "0010_proof"
down_revision = "0009_renewals"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of reports."""
    op.create_table(
        "label_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=True),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("photo_bytes", sa.Integer(), nullable=True),
        sa.Column("reported_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("taken_by", KEY, nullable=True),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("closed_by", KEY, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'looking', 'closed')", name="ck_label_report_state_known"),
        sa.CheckConstraint("state = 'new' OR taken_at IS NOT NULL", name="ck_label_report_taken_when_not_new"),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (answer IS NULL)",
            name="ck_label_report_closed_with_answer",
        ),
        sa.CheckConstraint("(photo IS NULL) = (photo_bytes IS NULL)", name="ck_label_report_photo_with_size"),
        sa.ForeignKeyConstraint(["taken_by"], ["user_account.id"], name="fk_label_report_taken_by_user_account"),
        sa.ForeignKeyConstraint(["closed_by"], ["user_account.id"], name="fk_label_report_closed_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_label_report"),
        sa.UniqueConstraint("code", name="uq_label_report_code"),
    )
    op.create_index("ix_label_report_state", "label_report", ["state", "reported_at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_table("label_report")
