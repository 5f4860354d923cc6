"""Second factors of staff: codes of an authenticator (RFC 6238), recovery codes, remembered browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0037_totp"
down_revision = "0036_stores_labels"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and let a session wait for its code."""
    op.add_column("user_session", sa.Column("awaits_code", sa.Boolean(), nullable=False, server_default=sa.false()))
    create_factor()
    create_recovery()
    create_browser()


def downgrade() -> None:
    """Drop them. Sessions that waited for a code end: without the column they would count as signed in."""
    op.drop_table("known_browser")
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    op.execute("DELETE FROM user_session WHERE awaits_code")
    op.drop_column("user_session", "awaits_code")


def create_factor() -> None:
    """Whose authenticator: the secret itself is never stored."""
    op.create_table(
        "second_factor",
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.CheckConstraint("last_step >= 0", name=op.f("ck_second_factor_step_not_negative")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )


def create_recovery() -> None:
    """Codes on paper, each for one use."""
    op.create_table(
        "recovery_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_recovery_code_user_id_digest")),
    )


def create_browser() -> None:
    """Browsers that a person told the shop to remember."""
    op.create_table(
        "known_browser",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_known_browser_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browser")),
        sa.UniqueConstraint("digest", name=op.f("uq_known_browser_digest")),
    )
    op.create_index(op.f("ix_known_browser_user_id"), "known_browser", ["user_id"])
