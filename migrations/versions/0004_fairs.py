"""Fairs, booths, applications, bookings: one holder per booth and day, and no goods without a covering certificate.

Two guards stand in the database itself, whatever the code above does:
a unique index over (booth, day) of live rows, and triggers that refuse a held or paid booth-day whose certificate
does not cover the day, a paid or checked-in booking with days it cannot have, and any change of a snapshot.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004_fairs"
down_revision = "0003_shop"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

LIVE_APPLICATION = "state IN ('draft', 'submitted', 'accepted', 'waitlisted')"
LIVE_DAY = "state IN ('hold', 'paid', 'conditional')"

#: Whether the certificate of NEW (a booth-day) covers its day, for a product of its booking; the snapshot must be true.
COVERED = """
    EXISTS (
        SELECT 1 FROM certificate_span AS span
        JOIN booking_product AS shown ON shown.product_id = span.product_id AND shown.booking_id = NEW.booking_id
        WHERE span.certificate_id = NEW.certificate_id AND span.stars = NEW.stars
          AND NEW.day BETWEEN span.starts_on AND span.ends_on
          AND NOT EXISTS (
              SELECT 1 FROM certificate_suspension AS pause
              WHERE pause.certificate_id = NEW.certificate_id AND pause.from_on <= NEW.day
                AND (pause.until_on IS NULL OR pause.until_on >= NEW.day)))
"""
#: A booking is paid when all its live days are, and at least one is.
ALL_PAID = """
    (EXISTS (SELECT 1 FROM booth_day WHERE booking_id = NEW.id AND state = 'paid')
     AND NOT EXISTS (SELECT 1 FROM booth_day WHERE booking_id = NEW.id AND state IN ('hold', 'conditional')))
"""
#: An exhibitor is checked in on a day that is paid.
PAID_TODAY = """
    EXISTS (SELECT 1 FROM booth_day WHERE booking_id = NEW.id AND day = NEW.checked_in_on AND state = 'paid')
"""
#: (name, when, table, condition under which it refuses, what it says)
GUARDS = (
    ("booth_day_inserted", "INSERT", "booth_day", f"NEW.state IN ('hold', 'paid') AND NOT {COVERED}", "uncovered"),
    (
        "booth_day_changed", "UPDATE", "booth_day",
        f"NEW.state IN ('hold', 'paid') AND NEW.state <> OLD.state AND NOT {COVERED}", "uncovered",
    ),
    (
        "booth_day_frozen", "UPDATE", "booth_day",
        ("OLD.state = 'released' OR NEW.id <> OLD.id OR NEW.booking_id <> OLD.booking_id OR NEW.booth_id <> OLD.booth_id"
        " OR NEW.day <> OLD.day OR NEW.price_vnd <> OLD.price_vnd"
        " OR NEW.certificate_id IS DISTINCT FROM OLD.certificate_id"
        " OR NEW.certificate_number IS DISTINCT FROM OLD.certificate_number"
        " OR NEW.stars IS DISTINCT FROM OLD.stars"
        " OR (NEW.state = 'paid' AND OLD.state <> 'hold' AND OLD.state <> 'paid')"
        " OR (NEW.state = 'hold' AND OLD.state <> 'hold')"
        " OR (NEW.state = 'conditional' AND OLD.state <> 'conditional')"),
        "frozen",
    ),
    (
        "booking_paid", "UPDATE", "booking",
        f"NEW.state = 'paid' AND OLD.state <> 'paid' AND NOT {ALL_PAID}", "not paid for every day",
    ),
    (
        "booking_arrived", "UPDATE", "booking",
        f"NEW.state = 'checked_in' AND OLD.state <> 'checked_in' AND NOT {PAID_TODAY}", "not paid for this day",
    ),
    (
        "booking_begun", "INSERT", "booking",
        "NEW.state IN ('paid', 'checked_in')", "a booking begins unpaid",
    ),
    (
        "booking_frozen", "UPDATE", "booking",
        ("NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.fair_id <> OLD.fair_id OR NEW.booth_id <> OLD.booth_id"
        " OR NEW.application_id <> OLD.application_id OR NEW.producer_id <> OLD.producer_id"
        " OR NEW.price_vnd <> OLD.price_vnd OR NEW.created_at <> OLD.created_at"
        " OR (OLD.state IN ('released', 'cancelled') AND NEW.state <> OLD.state)"),
        "frozen",
    ),
    ("booking_product_frozen", "UPDATE", "booking_product", "TRUE", "frozen"),
    ("booking_product_kept", "DELETE", "booking_product", "TRUE", "kept"),
    ("booth_day_kept", "DELETE", "booth_day", "TRUE", "kept"),
    ("booking_kept", "DELETE", "booking", "TRUE", "kept"),
)  # fmt: skip
TABLES = (
    "booking_product", "booth_day", "booking", "fair_application_product", "fair_application", "booth", "fair",
)  # fmt: skip

SQLITE_GUARD = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{table} is {text}'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN RAISE EXCEPTION '{table} is {text}' USING ERRCODE = 'check_violation'; END IF;
    RETURN {row};
END $$
"""
POSTGRES_GUARD = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def upgrade() -> None:
    """Make the tables, then the guards."""
    create_fairs()
    create_applications()
    create_bookings()
    create_guards()


def downgrade() -> None:
    """Drop everything, holders first."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, *_ in GUARDS:
            op.execute(f"DROP FUNCTION {name}()")


def create_guards() -> None:
    """The same conditions on both engines."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, condition, text in GUARDS:
        facts = {"name": name, "verb": verb, "table": table, "text": text}
        facts["row"] = "OLD" if verb == "DELETE" else "NEW"
        if is_postgresql:
            op.execute(POSTGRES_FUNCTION.format(condition=condition, **facts))
            op.execute(POSTGRES_GUARD.format(**facts))
        else:
            op.execute(SQLITE_GUARD.format(condition=condition.replace("IS DISTINCT FROM", "IS NOT"), **facts))


def create_fairs() -> None:
    """Fairs and the booths of their plans."""
    op.create_table(
        "fair",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("registration_number", sa.String(length=80), nullable=True),
        sa.Column("venue", sa.String(length=300), nullable=False),
        sa.Column("area_id", KEY, nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("applications_from", sa.Date(), nullable=False),
        sa.Column("applications_until", sa.Date(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("halls", JSON, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_fair_days_ordered")),
        sa.CheckConstraint("applications_from <= applications_until", name=op.f("ck_fair_application_days_ordered")),
        sa.CheckConstraint("applications_until < opens_on", name=op.f("ck_fair_applications_before_opening")),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'running', 'over', 'cancelled')", name=op.f("ck_fair_state_known")
        ),
        sa.ForeignKeyConstraint(["seller_id"], ["seller.id"], name=op.f("fk_fair_seller_id_seller")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_fair_area_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair")),
        sa.UniqueConstraint("slug", name=op.f("uq_fair_slug")),
    )
    for column in ("seller_id", "area_id", "opens_on"):
        op.create_index(op.f(f"ix_fair_{column}"), "fair", [column], unique=False)
    op.create_table(
        "booth",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("hall", sa.String(length=20), nullable=False),
        sa.Column("polygon", JSON, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("services", JSON, nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("is_on_plan", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price_vnd >= 0", name=op.f("ck_booth_price_not_negative")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booth_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth")),
        sa.UniqueConstraint("fair_id", "code", name=op.f("uq_booth_fair_id_code")),
    )


def create_applications() -> None:
    """Applications and their products."""
    op.create_table(
        "fair_application",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("wishes", JSON, nullable=False),
        sa.Column("renew_by", sa.Date(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decision_note", sa.String(length=500), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'accepted', 'waitlisted', 'rejected', 'withdrawn')",
            name=op.f("ck_fair_application_state_known"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR submitted_at IS NOT NULL", name=op.f("ck_fair_application_submitted_has_instant")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_application_fair_id_fair")),
        sa.ForeignKeyConstraint(
            ["producer_id"], ["producer.id"], name=op.f("fk_fair_application_producer_id_producer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_application")),
        sa.UniqueConstraint("code", name=op.f("uq_fair_application_code")),
    )
    op.create_index(op.f("ix_fair_application_producer_id"), "fair_application", ["producer_id"], unique=False)
    op.create_index(
        "uq_fair_application_live", "fair_application", ["fair_id", "producer_id"], unique=True,
        sqlite_where=sa.text(LIVE_APPLICATION), postgresql_where=sa.text(LIVE_APPLICATION),
    )  # fmt: skip
    op.create_table(
        "fair_application_product",
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fair_application.id"],
            name=op.f("fk_fair_application_product_application_id_fair_application"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_fair_application_product_product_id_product")
        ),
        sa.PrimaryKeyConstraint("application_id", "product_id", name=op.f("pk_fair_application_product")),
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_application_product_product_id"), "fair_application_product", ["product_id"], unique=False
    )


def create_bookings() -> None:
    """Bookings, their days and products."""
    op.create_table(
        "booking",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("booth_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("refund_due_vnd", sa.BigInteger(), nullable=False),
        sa.Column("payment_reference", sa.String(length=40), nullable=True),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("renew_by", sa.Date(), nullable=True),
        sa.Column("checked_in_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('hold', 'offered', 'accepted', 'paid', 'checked_in', 'released', 'cancelled')",
            name=op.f("ck_booking_state_known"),
        ),
        sa.CheckConstraint("price_vnd >= 0", name=op.f("ck_booking_price_not_negative")),
        sa.CheckConstraint(
            "refund_due_vnd >= 0 AND refund_due_vnd <= price_vnd", name=op.f("ck_booking_refund_within_price")
        ),
        sa.CheckConstraint(
            "state <> 'checked_in' OR checked_in_on IS NOT NULL", name=op.f("ck_booking_checked_in_has_day")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booking_fair_id_fair")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_booking_booth_id_booth")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fair_application.id"], name=op.f("fk_booking_application_id_fair_application")
        ),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_booking_producer_id_producer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("code", name=op.f("uq_booking_code")),
        sa.UniqueConstraint("payment_reference", name=op.f("uq_booking_payment_reference")),
    )
    for column in ("fair_id", "booth_id", "application_id", "producer_id", "renew_by"):
        op.create_index(op.f(f"ix_booking_{column}"), "booking", [column], unique=False)
    op.create_index(op.f("ix_booking_state"), "booking", ["state", "expires_at"], unique=False)
    create_days()
    op.create_table(
        "booking_product",
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("certificate_number", sa.String(length=120), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_product_booking_id_booking")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_booking_product_product_id_product")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_booking_product_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("booking_id", "product_id", name=op.f("pk_booking_product")),
    )
    op.create_index(op.f("ix_booking_product_product_id"), "booking_product", ["product_id"], unique=False)


def create_days() -> None:
    """One booth on one day: the unique index is what decides a race."""
    op.create_table(
        "booth_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("booth_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=False),
        sa.Column("certificate_id", KEY, nullable=True),
        sa.Column("certificate_number", sa.String(length=120), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('hold', 'paid', 'conditional', 'released')", name=op.f("ck_booth_day_state_known")
        ),
        sa.CheckConstraint("price_vnd >= 0", name=op.f("ck_booth_day_price_not_negative")),
        sa.CheckConstraint(
            "(certificate_id IS NULL) = (certificate_number IS NULL) AND (certificate_id IS NULL) = (stars IS NULL)",
            name=op.f("ck_booth_day_snapshot_whole"),
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booth_day_booking_id_booking")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_booth_day_booth_id_booth")),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificate.id"], name=op.f("fk_booth_day_certificate_id_certificate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_day")),
    )
    op.create_index(op.f("ix_booth_day_booking_id"), "booth_day", ["booking_id"], unique=False)
    op.create_index(op.f("ix_booth_day_certificate_id"), "booth_day", ["certificate_id"], unique=False)
    op.create_index(op.f("ix_booth_day_day"), "booth_day", ["day", "state"], unique=False)
    op.create_index(
        "uq_booth_day_live", "booth_day", ["booth_id", "day"], unique=True,
        sqlite_where=sa.text(LIVE_DAY), postgresql_where=sa.text(LIVE_DAY),
    )  # fmt: skip
