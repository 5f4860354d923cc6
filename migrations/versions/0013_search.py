"""The search index kept by PostgreSQL (OCOP_SEARCH=postgresql); elsewhere its tables stay empty."""

import sqlalchemy as sa
from alembic import op

revision = "0013_search"
down_revision = "0012_candidates"
branch_labels = None
depends_on = None

VECTOR = sa.dialects.postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite")
VECTORS = ("name_exact", "name_folded", "top_exact", "top_folded", "exact", "folded")
#: Vectors stay in their rows, unpacked: each is read for each score, and fetching one from elsewhere costs more.
INLINE = "ALTER TABLE search_document SET (toast_tuple_target = 8160)"

#: Names that resemble a text. The one thing that needs an extension: a role that may not create it is told, and
#: everything else goes on without (docs/search.md has the two statements for an administrator).
TRIGRAMS = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE WARNING 'pg_trgm is not there and this role may not create it: suggestions for misspelled names stay off. '
        'An administrator runs: CREATE EXTENSION pg_trgm; '
        'CREATE INDEX ix_search_document_title ON search_document USING gin (title gin_trgm_ops)';
END $$
"""
TITLES = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        CREATE INDEX ix_search_document_title ON search_document USING gin (title gin_trgm_ops);
    END IF;
END $$
"""


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "search_document",
        sa.Column("listing_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("name_words", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        *(sa.Column(name, VECTOR, nullable=False) for name in VECTORS),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_search_document")),
    )
    for name in VECTORS:
        op.create_index(op.f(f"ix_search_document_{name}"), "search_document", [name], postgresql_using="gin")
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("listings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(INLINE)
        op.execute(INLINE)
        op.execute(TRIGRAMS)
        op.execute(TITLES)
    else:
        op.create_index(op.f("ix_search_document_title"), "search_document", ["title"])


def downgrade() -> None:
    """Drop them. The extension stays: others may use it."""
    for table in ("search_state", "search_word", "search_document"):
        op.drop_table(table)
