"""Who may act for a producer, for what, until when, and by which consent."""

import sqlalchemy as sa
from alembic import op

revision = "0016_mandates"
down_revision = "0015_photos"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
#: What was consented to is never rewritten, and what ended stays ended.
FIXED = (
    "code", "producer_id", "user_id", "role", "scope_type", "scope_id", "is_for_listings", "is_for_photos",
    "is_for_prices", "from_on", "until_on", "consent", "document_code", "given_by", "given_at",
)  # fmt: skip
ONCE = ("confirmed_at", "confirmed_by", "ended_at", "ended_by")
WHEN = " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in FIXED) + "".join(
    f" OR (OLD.{f} IS NOT NULL AND NEW.{f} IS DISTINCT FROM OLD.{f})" for f in ONCE
)
SQLITE_GUARD = "CREATE TRIGGER {name} BEFORE {verb} ON mandate WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
POSTGRES_GUARD = (
    "CREATE TRIGGER {name} BEFORE {verb} ON mandate FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()"
)
GUARDS = (("mandate_fixed", "UPDATE", WHEN), ("mandate_kept", "DELETE", "OLD.id IS NOT NULL"))


def upgrade() -> None:
    """Make the table, its guards, and the index by which a producer finds what was done for her."""
    op.create_table(
        "mandate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("scope_type", sa.String(length=40), nullable=False),
        sa.Column("scope_id", sa.String(length=80), nullable=False),
        sa.Column("is_for_listings", sa.Boolean(), nullable=False),
        sa.Column("is_for_photos", sa.Boolean(), nullable=False),
        sa.Column("is_for_prices", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("consent", sa.String(length=8), nullable=False),
        sa.Column("document_code", sa.String(length=24), nullable=True),
        sa.Column("given_by", KEY, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("confirmed_by", KEY, nullable=True),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("ended_by", KEY, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_reason", sa.String(length=300), nullable=True),
        sa.Column("told_entry_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_mandate_days_ordered")),
        sa.CheckConstraint("is_for_listings OR is_for_photos OR is_for_prices", name=op.f("ck_mandate_for_something")),
        sa.CheckConstraint("consent IN ('self', 'paper')", name=op.f("ck_mandate_consent_known")),
        sa.CheckConstraint("(consent = 'paper') = (document_code IS NOT NULL)", name=op.f("ck_mandate_paper_kept")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR (confirmed_by <> user_id AND (consent = 'self' OR confirmed_by <> given_by))",
            name=op.f("ck_mandate_two_persons"),
        ),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_mandate_confirmed_whole")),
        sa.CheckConstraint("given_by <> user_id", name=op.f("ck_mandate_not_oneself")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_mandate_producer_id_producer")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_mandate_user_id_user_account")),
        sa.ForeignKeyConstraint(["given_by"], ["user_account.id"], name=op.f("fk_mandate_given_by_user_account")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_mandate_confirmed_by_user_account")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user_account.id"], name=op.f("fk_mandate_ended_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("code", name=op.f("uq_mandate_code")),
    )
    op.create_index(op.f("ix_mandate_producer_id"), "mandate", ["producer_id"], unique=False)
    op.create_index(op.f("ix_mandate_user_id"), "mandate", ["user_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_on_behalf_of"), "audit_entry", ["on_behalf_of"], unique=False)
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_GUARD.format(name=name, verb=verb, when=when))
        else:
            op.execute(SQLITE_GUARD.format(name=name, verb=verb, when=when.replace("IS DISTINCT FROM", "IS NOT")))


def downgrade() -> None:
    """Drop it; triggers go with their table."""
    op.drop_index(op.f("ix_audit_entry_on_behalf_of"), table_name="audit_entry")
    op.drop_table("mandate")
