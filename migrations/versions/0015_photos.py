"""Photos of products, written anew in three widths. What lies behind a code never changes."""

import sqlalchemy as sa
from alembic import op

revision = "0015_photos"
down_revision = "0014_search_desk"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDING = "state <> 'removed'"
FIXED = ("code", "product_id", "width", "height", "sha256", "sent_sha256", "uploaded_by", "uploaded_at")
#: (name, table, when an update is refused)
GUARDS = (
    (
        "product_photo_fixed", "product_photo",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in FIXED) + " OR OLD.state = 'removed'",
    ),
    ("product_photo_file_fixed", "product_photo_file", "OLD.width IS NOT NULL"),
)  # fmt: skip
SQLITE_GUARD = "CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
POSTGRES_GUARD = (
    "CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()"
)


def upgrade() -> None:
    """Make the tables and their guards."""
    create_photos()
    create_files()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, when in GUARDS:
        if is_postgresql:
            op.execute(POSTGRES_GUARD.format(name=name, table=table, when=when))
        else:
            when = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_GUARD.format(name=name, table=table, when=when))


def downgrade() -> None:
    """Drop them; triggers go with their tables."""
    op.drop_table("product_photo_file")
    op.drop_table("product_photo")


def create_photos() -> None:
    """What a photo is, whose, and how far it has come."""
    op.create_table(
        "product_photo",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("shows", sa.String(length=10), nullable=False),
        sa.Column("alt", sa.String(length=200), nullable=False),
        sa.Column("wanted_alt", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_by", KEY, nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'rejected', 'removed')", name=op.f("ck_product_photo_state_known")
        ),
        sa.CheckConstraint(
            "shows IN ('product', 'pack', 'label', 'making', 'place', 'people', 'use')",
            name=op.f("ck_product_photo_shows_known"),
        ),
        sa.CheckConstraint("length(alt) >= 3", name=op.f("ck_product_photo_alt_said")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_product_photo_position_from_one")),
        sa.CheckConstraint("width BETWEEN 1 AND 1600 AND height >= 1", name=op.f("ck_product_photo_size_known")),
        sa.CheckConstraint(
            "(state = 'rejected' AND reason IS NOT NULL) OR state <> 'rejected'",
            name=op.f("ck_product_photo_rejection_said"),
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_photo_product_id_product")),
        sa.ForeignKeyConstraint(
            ["uploaded_by"], ["user_account.id"], name=op.f("fk_product_photo_uploaded_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_product_photo_decided_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photo")),
        sa.UniqueConstraint("code", name=op.f("uq_product_photo_code")),
    )
    op.create_index(op.f("ix_product_photo_product_id"), "product_photo", ["product_id", "position"], unique=False)
    op.create_index(op.f("ix_product_photo_state"), "product_photo", ["state"], unique=False)
    op.create_index(
        "uq_product_photo_standing", "product_photo", ["product_id", "sent_sha256"], unique=True,
        sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING),
    )  # fmt: skip


def create_files() -> None:
    """The points of a photo in one width, as they are served."""
    op.create_table(
        "product_photo_file",
        sa.Column("photo_id", KEY, autoincrement=False, nullable=False),
        sa.Column("width", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("width IN (320, 800, 1600)", name=op.f("ck_product_photo_file_width_known")),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["product_photo.id"], name=op.f("fk_product_photo_file_photo_id_product_photo")
        ),
        sa.PrimaryKeyConstraint("photo_id", "width", name=op.f("pk_product_photo_file")),
    )
