"""The catalog: areas, producers, products, certificates, listings; and the gate in SQL.

The view `certificate_span` says on which days a verified certificate governs; `certificate_suspension` takes days
away again. The database itself refuses two certificates of one product that govern the same day (an exclusion
constraint on PostgreSQL, triggers on SQLite), and any change of what a second person has verified.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002_catalog"
down_revision = "0001_core"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

#: What a second person has confirmed never changes; a wrong entry is answered by a new decision.
VERIFIED = (
    "code",
    "product_id",
    "stars",
    "score_hundredths",
    "decision_number",
    "decided_on",
    "issuer_level",
    "issuer",
    "valid_from",
    "valid_until",
    "is_demo",
    "entered_by",
    "entered_at",
    "verified_by",
    "verified_at",
    "verified_on",
)
#: Set once, by a later decision.
ONCE = (
    "extended_until",
    "extension_receipt",
    "revoked_on",
    "revocation_number",
    "revocation_ground",
    "revocation_authority",
    "revocation_recorded_at",
)

FIRST_DAY = {
    "sqlite": "max(valid_from, verified_on)",
    "postgresql": "greatest(valid_from, verified_on)",
}
LAST_DAY = {
    "sqlite": """min(coalesce(extended_until, valid_until), coalesce(governs_until, '9999-12-31'),
        coalesce(date(revoked_on, '-1 day'), '9999-12-31'))""",
    "postgresql": "least(coalesce(extended_until, valid_until), governs_until, revoked_on - 1)",
}
SPAN_VIEW = """
CREATE VIEW certificate_span AS
SELECT id AS certificate_id, product_id, stars, {first} AS starts_on, {last} AS ends_on
FROM certificate WHERE verified_on IS NOT NULL AND stars >= 3
"""
SQLITE_ONE_GOVERNS = """
CREATE TRIGGER certificate_one_governs_{verb} AFTER {verb} ON certificate
WHEN NEW.verified_on IS NOT NULL AND EXISTS (
    SELECT 1 FROM certificate_span AS mine
    JOIN certificate_span AS other ON other.product_id = mine.product_id
        AND other.certificate_id <> mine.certificate_id
    WHERE mine.certificate_id = NEW.id
      AND max(mine.starts_on, other.starts_on) <= min(mine.ends_on, other.ends_on))
BEGIN SELECT RAISE(ABORT, 'certificate_one_governs'); END
"""
POSTGRES_ONE_GOVERNS = """
ALTER TABLE certificate ADD CONSTRAINT certificate_one_governs EXCLUDE USING gist (
    product_id WITH =,
    (CASE WHEN {first} <= {last} THEN daterange({first}, {last}, '[]') ELSE 'empty'::daterange END) WITH &&
) WHERE (verified_on IS NOT NULL AND stars >= 3)
"""
SQLITE_FIXED = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION refuse_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_NAME; END $$
"""
POSTGRES_FIXED = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""


def upgrade() -> None:
    """Make the tables in the order of the features, then the gate and its guards."""
    create_areas()
    create_producers()
    create_products()
    create_certificates()
    create_listings()
    create_gate()
    guard_certificates()


def downgrade() -> None:
    """Drop everything, areas last."""
    op.execute("DROP VIEW certificate_span")
    for table in ("sku", "listing", "certificate_import", "certificate_suspension", "certificate"):
        op.drop_table(table)
    for table in ("product_slug", "product", "producer", "area_change", "area"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_fixed()")


def create_gate() -> None:
    """The governing days of each certificate, and the refusal of two on one day."""
    dialect = op.get_bind().dialect.name
    days = {"first": FIRST_DAY[dialect], "last": LAST_DAY[dialect]}
    op.execute(SPAN_VIEW.format(**days))
    if dialect == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(POSTGRES_ONE_GOVERNS.format(**days))
        return
    for verb in ("INSERT", "UPDATE"):
        op.execute(SQLITE_ONE_GOVERNS.format(verb=verb))


def guard_certificates() -> None:
    """Refuse changes of verified facts, second revocations, longer governing days, and deletion of history."""
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(POSTGRES_FUNCTION)
    changed = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in VERIFIED)
    again = " OR ".join(f"(OLD.{f} IS NOT NULL AND NEW.{f} IS DISTINCT FROM OLD.{f})" for f in ONCE)
    longer = "OLD.governs_until IS NOT NULL AND (NEW.governs_until IS NULL OR NEW.governs_until > OLD.governs_until)"
    moved = "NEW.certificate_id <> OLD.certificate_id OR NEW.from_on <> OLD.from_on"
    guards = (
        ("certificate_verified_fixed", "UPDATE", "certificate", f"OLD.verified_at IS NOT NULL AND ({changed})"),
        ("certificate_ended_once", "UPDATE", "certificate", again),
        ("certificate_never_longer", "UPDATE", "certificate", longer),
        ("certificate_verified_kept", "DELETE", "certificate", "OLD.verified_at IS NOT NULL"),
        ("suspension_fixed", "UPDATE", "certificate_suspension", moved),
        ("suspension_kept", "DELETE", "certificate_suspension", "OLD.id IS NOT NULL"),
    )
    template = POSTGRES_FIXED if dialect == "postgresql" else SQLITE_FIXED
    for name, verb, table, when in guards:
        if dialect == "sqlite":
            when = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(template.format(name=name, verb=verb, table=table, when=when))


def create_areas() -> None:
    """Administrative units and what became of them."""
    op.create_table(
        "area",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_folded", sa.String(length=80), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=240).with_variant(sa.String(length=240, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("parent_id", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('province', 'district', 'commune')", name="ck_area_kind_known"),
        sa.CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="ck_area_days_ordered"),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name="fk_area_parent_id_area"),
        sa.PrimaryKeyConstraint("id", name="pk_area"),
        sa.UniqueConstraint("code", "valid_from", name="uq_area_code_valid_from"),
    )
    op.create_index("ix_area_name_folded", "area", ["name_folded"], unique=False)
    op.create_index("ix_area_parent_id", "area", ["parent_id"], unique=False)
    op.create_table(
        "area_change",
        sa.Column("old_id", KEY, nullable=False),
        sa.Column("new_id", KEY, nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["new_id"], ["area.id"], name="fk_area_change_new_id_area"),
        sa.ForeignKeyConstraint(["old_id"], ["area.id"], name="fk_area_change_old_id_area"),
        sa.PrimaryKeyConstraint("old_id", "new_id", name="pk_area_change"),
    )
    op.create_index("ix_area_change_new_id", "area_change", ["new_id"], unique=False)


def create_producers() -> None:
    """Producers."""
    op.create_table(
        "producer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("area_id", KEY, nullable=True),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cooperative', 'cooperative_group', 'enterprise', 'farm', 'producing_household', 'business_household', 'association')",
            name="ck_producer_kind_known",
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_producer_area_id_area"),
        sa.PrimaryKeyConstraint("id", name="pk_producer"),
        sa.UniqueConstraint("code", name="uq_producer_code"),
    )
    op.create_index("ix_producer_area_id", "producer", ["area_id"], unique=False)
    op.create_index("ix_producer_name_folded", "producer", ["name_folded"], unique=False)
    op.create_index("ix_producer_tax_code", "producer", ["tax_code"], unique=False)


def create_products() -> None:
    """Products and their old addresses."""
    op.create_table(
        "product",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("set_no", sa.Integer(), nullable=False),
        sa.Column("area_id", KEY, nullable=True),
        sa.Column("ocop_code", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("set_no BETWEEN 1 AND 26", name="ck_product_set_known"),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name="fk_product_area_id_area"),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name="fk_product_producer_id_producer"),
        sa.PrimaryKeyConstraint("id", name="pk_product"),
        sa.UniqueConstraint("code", name="uq_product_code"),
        sa.UniqueConstraint("slug", name="uq_product_slug"),
    )
    op.create_index("ix_product_area_id", "product", ["area_id"], unique=False)
    op.create_index("ix_product_name_folded", "product", ["name_folded"], unique=False)
    op.create_index("ix_product_producer_id", "product", ["producer_id"], unique=False)
    op.create_index("ix_product_set_no", "product", ["set_no"], unique=False)
    op.create_table(
        "product_slug",
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_slug_product_id_product"),
        sa.PrimaryKeyConstraint("slug", name="pk_product_slug"),
    )
    op.create_index("ix_product_slug_product_id", "product_slug", ["product_id"], unique=False)


def create_certificates() -> None:
    """Certificates, suspensions, imports."""
    op.create_table(
        "certificate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("score_hundredths", sa.Integer(), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("issuer_level", sa.String(length=10), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("entered_by", KEY, nullable=True),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("verified_by", KEY, nullable=True),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("extended_until", sa.Date(), nullable=True),
        sa.Column("extension_receipt", sa.String(length=60), nullable=True),
        sa.Column("governs_until", sa.Date(), nullable=True),
        sa.Column("superseded_at", INSTANT, nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revocation_number", sa.String(length=60), nullable=True),
        sa.Column("revocation_ground", sa.String(length=10), nullable=True),
        sa.Column("revocation_authority", sa.String(length=160), nullable=True),
        sa.Column("revocation_recorded_at", INSTANT, nullable=True),
        sa.Column("begun_recorded_at", INSTANT, nullable=True),
        sa.Column("lapsed_recorded_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("issuer_level IN ('district', 'province', 'central')", name="ck_certificate_level_known"),
        sa.CheckConstraint(
            "(extended_until IS NULL) = (extension_receipt IS NULL)", name="ck_certificate_extension_has_receipt"
        ),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revocation_number IS NULL) AND (revoked_on IS NULL) = (revocation_ground IS NULL) AND (revoked_on IS NULL) = (revocation_authority IS NULL) AND (revoked_on IS NULL) = (revocation_recorded_at IS NULL)",
            name="ck_certificate_revocation_whole",
        ),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (verified_on IS NULL) AND (verified_at IS NULL) = (verified_by IS NULL)",
            name="ck_certificate_verification_whole",
        ),
        sa.CheckConstraint(
            "extended_until IS NULL OR extended_until > valid_until", name="ck_certificate_extension_later"
        ),
        sa.CheckConstraint(
            "revoked_on IS NULL OR revoked_on >= decided_on", name="ck_certificate_revoked_after_decision"
        ),
        sa.CheckConstraint("score_hundredths BETWEEN 0 AND 10000", name="ck_certificate_score_in_range"),
        sa.CheckConstraint("stars BETWEEN 3 AND 5", name="ck_certificate_stars_certify"),
        sa.CheckConstraint("valid_from >= decided_on", name="ck_certificate_begins_with_decision"),
        sa.CheckConstraint("valid_until >= valid_from", name="ck_certificate_days_ordered"),
        sa.CheckConstraint("verified_by <> entered_by", name="ck_certificate_two_persons"),
        sa.ForeignKeyConstraint(["entered_by"], ["user_account.id"], name="fk_certificate_entered_by_user_account"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_certificate_product_id_product"),
        sa.ForeignKeyConstraint(["verified_by"], ["user_account.id"], name="fk_certificate_verified_by_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_certificate"),
        sa.UniqueConstraint("code", name="uq_certificate_code"),
        sa.UniqueConstraint(
            "product_id",
            "issuer",
            "decision_number",
            "decided_on",
            name="uq_certificate_product_id_issuer_decision_number_decided_on",
        ),
    )
    op.create_index("ix_certificate_decision_number", "certificate", ["decision_number"], unique=False)
    op.create_index("ix_certificate_product_id", "certificate", ["product_id", "valid_from"], unique=False)
    op.create_table(
        "certificate_suspension",
        sa.Column("id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("ground", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", KEY, nullable=True),
        sa.Column("begun_recorded_at", INSTANT, nullable=True),
        sa.Column("lifted_at", INSTANT, nullable=True),
        sa.Column("lifted_by", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name="fk_certificate_suspension_certificate_id_certificate"
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["user_account.id"], name="fk_certificate_suspension_lifted_by_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name="fk_certificate_suspension_recorded_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_suspension"),
    )
    op.create_index(
        "ix_certificate_suspension_certificate_id", "certificate_suspension", ["certificate_id"], unique=False
    )
    op.create_table(
        "certificate_import",
        sa.Column("id", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("decision_number", sa.String(length=60), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("imported_by", KEY, nullable=True),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by"], ["user_account.id"], name="fk_certificate_import_imported_by_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificate_import"),
        sa.UniqueConstraint("sha256", name="uq_certificate_import_sha256"),
    )


def create_listings() -> None:
    """Listings and their packs."""
    op.create_table(
        "listing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("summary", sa.String(length=300), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("ingredients", sa.String(length=1000), nullable=False),
        sa.Column("usage", sa.String(length=1000), nullable=False),
        sa.Column("is_gift", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state <> 'live' OR published_at IS NOT NULL", name="ck_listing_live_was_published"),
        sa.CheckConstraint("state IN ('draft','submitted','live','withdrawn')", name="ck_listing_state_known"),
        sa.CheckConstraint("sequence >= 0", name="ck_listing_sequence_not_negative"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_listing_product_id_product"),
        sa.PrimaryKeyConstraint("id", name="pk_listing"),
        sa.UniqueConstraint("product_id", name="uq_listing_product_id"),
    )
    op.create_index("ix_listing_state", "listing", ["state", "published_at"], unique=False)
    op.create_table(
        "sku",
        sa.Column("id", KEY, nullable=False),
        sa.Column("listing_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("net_grams", sa.Integer(), nullable=True),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("gtin", sa.String(length=14), nullable=True),
        sa.Column("shelf_days", sa.Integer(), nullable=True),
        sa.Column("abv_bp", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("unit IN ('piece','gram')", name="ck_sku_unit_known"),
        sa.CheckConstraint("abv_bp IS NULL OR abv_bp BETWEEN 0 AND 10000", name="ck_sku_abv_in_range"),
        sa.CheckConstraint("net_grams IS NULL OR net_grams > 0", name="ck_sku_net_grams_positive"),
        sa.CheckConstraint("price_vnd >= 1", name="ck_sku_price_positive"),
        sa.CheckConstraint("shelf_days IS NULL OR shelf_days > 0", name="ck_sku_shelf_days_positive"),
        sa.CheckConstraint("vat_bp BETWEEN 0 AND 10000", name="ck_sku_vat_in_range"),
        sa.ForeignKeyConstraint(["listing_id"], ["listing.id"], name="fk_sku_listing_id_listing"),
        sa.PrimaryKeyConstraint("id", name="pk_sku"),
        sa.UniqueConstraint("code", name="uq_sku_code"),
        sa.UniqueConstraint("gtin", name="uq_sku_gtin"),
    )
    op.create_index("ix_sku_listing_id", "sku", ["listing_id"], unique=False)
