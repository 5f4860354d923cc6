"""Candidates proposed by communes, and files of the registry that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0012_candidates"
down_revision = "0011_documents"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
STANDING = sa.text("state <> 'rejected'")


def upgrade() -> None:
    """Make the tables."""
    create_candidates()
    create_registry()


def downgrade() -> None:
    """Drop them."""
    for table in ("registry_import", "candidate_import", "candidate"):
        op.drop_table(table)


def create_candidates() -> None:
    """What communes propose, and the lists they sent."""
    op.create_table(
        "candidate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("area_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("set_no", sa.Integer(), nullable=False),
        sa.Column("producer_id", KEY, nullable=True),
        sa.Column("producer_name", sa.String(length=200), nullable=False),
        sa.Column("producer_kind", sa.String(length=24), nullable=True),
        sa.Column("producer_tax_code", sa.String(length=14), nullable=True),
        sa.Column("producer_address", sa.String(length=200), nullable=False),
        sa.Column("producer_phone", sa.String(length=16), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("score_a", sa.Integer(), nullable=True),
        sa.Column("score_b", sa.Integer(), nullable=True),
        sa.Column("score_c", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", KEY, nullable=True),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'merged', 'declined')", name=op.f("ck_candidate_state_known")
        ),
        sa.CheckConstraint("set_no BETWEEN 1 AND 26", name=op.f("ck_candidate_set_known")),
        sa.CheckConstraint(
            "score_a BETWEEN 0 AND 10000 AND score_b BETWEEN 0 AND 10000 AND score_c BETWEEN 0 AND 10000",
            name=op.f("ck_candidate_scores_in_range"),
        ),
        sa.CheckConstraint(
            "(producer_id IS NULL) <> (producer_name = '') AND (producer_id IS NULL OR producer_kind IS NULL)",
            name=op.f("ck_candidate_one_maker"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)"
            " AND (state IN ('accepted', 'merged')) = (product_id IS NOT NULL)"
            " AND (state <> 'declined' OR reason <> '')",
            name=op.f("ck_candidate_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_candidate_area_id_area")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_candidate_producer_id_producer")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_candidate_product_id_product")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_candidate_proposed_by_user_account")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["user_account.id"], name=op.f("fk_candidate_decided_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("code", name=op.f("uq_candidate_code")),
    )
    for columns in (["area_id"], ["producer_id"], ["product_id"], ["proposed_by"], ["name_folded"]):
        op.create_index(op.f(f"ix_candidate_{columns[0]}"), "candidate", columns, unique=False)
    op.create_index(op.f("ix_candidate_state"), "candidate", ["state", "area_id"], unique=False)
    op.create_table(
        "candidate_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("imported_by", KEY, nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name=op.f("fk_candidate_import_imported_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_import")),
        sa.UniqueConstraint("sha256", name=op.f("uq_candidate_import_sha256")),
    )


def create_registry() -> None:
    """Files of the registry."""
    op.create_table(
        "registry_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("imported_by", KEY, nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("settled_by", KEY, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'rejected', 'done')", name=op.f("ck_registry_import_state_known")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR settled_by <> imported_by", name=op.f("ck_registry_import_two_persons")
        ),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'rejected')) = (settled_at IS NOT NULL)",
            name=op.f("ck_registry_import_settled_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name=op.f("fk_registry_import_imported_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["user_account.id"], name=op.f("fk_registry_import_settled_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_import")),
        sa.UniqueConstraint("code", name=op.f("uq_registry_import_code")),
    )
    op.create_index(op.f("ix_registry_import_state"), "registry_import", ["state", "id"], unique=False)
    op.create_index(
        "uq_registry_import_standing",
        "registry_import",
        ["sha256"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
