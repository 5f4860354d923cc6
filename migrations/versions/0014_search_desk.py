"""Synonyms kept at the desk, and what people searched for."""

import sqlalchemy as sa
from alembic import op

revision = "0014_search_desk"
down_revision = "0013_search"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    create_synonyms()
    create_counts()


def downgrade() -> None:
    """Drop them."""
    for table in ("search_popular", "search_count", "search_synonym"):
        op.drop_table(table)


def create_synonyms() -> None:
    """The desk's own groups, and base groups that somebody switched."""
    op.create_table(
        "search_synonym",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("base_key", sa.String(length=400), nullable=True),
        sa.Column("writings", sa.Text(), nullable=False),
        sa.Column("is_one_way", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", KEY, nullable=True),
        sa.Column("changed_by_label", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["user_account.id"], name=op.f("fk_search_synonym_changed_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonym")),
        sa.UniqueConstraint("code", name=op.f("uq_search_synonym_code")),
        sa.UniqueConstraint("base_key", name=op.f("uq_search_synonym_base_key")),
    )


def create_counts() -> None:
    """Texts by day, and the few that are shown as popular."""
    op.create_table(
        "search_count",
        sa.Column("id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.Column("letters", sa.String(length=60), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("boxes", sa.Integer(), nullable=False),
        sa.CheckConstraint("times > 0 AND misses BETWEEN 0 AND times", name=op.f("ck_search_count_times_counted")),
        sa.CheckConstraint("boxes BETWEEN 0 AND 65535", name=op.f("ck_search_count_boxes_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_count")),
        sa.UniqueConstraint("day", "text", name=op.f("uq_search_count_day_text")),
    )
    op.create_index(op.f("ix_search_count_letters"), "search_count", ["letters"])
    op.create_table(
        "search_popular",
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_search_popular")),
    )
