"""One decision over many products; files that wait for one; listings that a revocation withdrew."""

import sqlalchemy as sa
from alembic import op

revision = "0007_decisions"
down_revision = "0006_law"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
NOT_DISCARDED = sa.text("state <> 'discarded'")
#: What was confirmed stays as it was confirmed.
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
KEPT = (
    ("decision_settled", "UPDATE", "decision", "OLD.state <> 'entered'"),
    ("decision_kept", "DELETE", "decision", "OLD.id IS NOT NULL"),
    ("decision_line_settled", "UPDATE", "decision_line", "OLD.act IS NOT NULL"),
)


def upgrade() -> None:
    """Make the tables and their guards."""
    create_decisions()
    create_uploads()
    dialect = op.get_bind().dialect.name
    kind = "BIGINT" if dialect == "postgresql" else "INTEGER"
    # Plain SQL: to Alembic a key on SQLite means a copied table, and triggers of other tables read `listing`.
    op.execute(
        f"ALTER TABLE listing ADD COLUMN revoked_certificate_id {kind}"
        " CONSTRAINT fk_listing_revoked_certificate_id_certificate REFERENCES certificate (id)"
    )
    op.create_index("ix_listing_revoked_certificate_id", "listing", ["revoked_certificate_id"], unique=False)
    template = POSTGRES_KEPT if dialect == "postgresql" else SQLITE_KEPT
    for name, verb, table, when in KEPT:
        op.execute(template.format(name=name, verb=verb, table=table, when=when))


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_listing_revoked_certificate_id", "listing")
    op.drop_column("listing", "revoked_certificate_id")
    for table in ("upload", "decision_line", "decision"):
        op.drop_table(table)


def create_decisions() -> None:
    """Decisions and their lines."""
    op.create_table(
        "decision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("issuer_level", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.Column("ground", sa.String(length=300), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("revokes", sa.String(length=60), nullable=True),
        sa.Column("document", sa.String(length=300), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("entered_by", KEY, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('recognition', 'revocation', 'suspension')", name="ck_decision_kind_known"),
        sa.CheckConstraint("state IN ('entered', 'confirmed', 'discarded')", name="ck_decision_state_known"),
        sa.CheckConstraint("issuer_level IN ('district', 'province', 'central')", name="ck_decision_level_known"),
        sa.CheckConstraint("(kind = 'recognition') = (effective_on IS NULL)", name="ck_decision_ending_has_its_day"),
        sa.CheckConstraint("(kind = 'recognition') = (ground IS NULL)", name="ck_decision_ending_has_its_ground"),
        sa.CheckConstraint("until_on IS NULL OR until_on >= effective_on", name="ck_decision_days_ordered"),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="ck_decision_confirmed_at_an_instant"
        ),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="ck_decision_confirmed_by_a_person"),
        sa.CheckConstraint("confirmed_by <> entered_by", name="ck_decision_two_persons"),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name="fk_decision_entered_by_user_account"),
        sa.ForeignKeyConstraint(["confirmed_by"], ["user_account.id"], name="fk_decision_confirmed_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("code", name="uq_decision_code"),
    )
    op.create_index(
        "uq_decision_sha256", "decision", ["sha256"], unique=True, sqlite_where=NOT_DISCARDED,
        postgresql_where=NOT_DISCARDED,
    )  # fmt: skip
    op.create_index("ix_decision_state", "decision", ["state", "id"], unique=False)
    op.create_index("ix_decision_number", "decision", ["number"], unique=False)
    op.create_table(
        "decision_line",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("act", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_decision_line_certificate_id_certificate"
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_decision_line_decision_id_decision"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_line"),
        sa.UniqueConstraint("decision_id", "number", name="uq_decision_line_decision_id_number"),
    )
    op.create_index("ix_decision_line_certificate_id", "decision_line", ["certificate_id"], unique=False)


def create_uploads() -> None:
    """Files between a trial and its entry."""
    op.create_table(
        "upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_upload_owner_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.UniqueConstraint("owner_id", "sha256", name="uq_upload_owner_id_sha256"),
    )
    op.create_index("ix_upload_kept_at", "upload", ["kept_at"], unique=False)
