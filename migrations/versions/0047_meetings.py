"""Supply and demand: buyers' wishes and meetings in slots.

Nobody is booked twice: one unique index each for buyer, exhibitor and table over live meetings of a slot. Slot, table and
buyer of a meeting are of its fair by keys over (id, fair_id).
"""

import sqlalchemy as sa
from alembic import op

revision = "0047_meetings"
down_revision = "0046_fair_days"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('booked', 'held', 'missed')")
BOOKED = sa.text("state IN ('booked')")
STANDING = sa.text("state <> 'withdrawn'")


def upgrade() -> None:
    """Make the tables."""
    create_plan()
    create_tables_and_slots()
    create_buyers()
    create_needs()
    create_meetings()


def downgrade() -> None:
    """Drop them."""
    for table in ("meeting", "buyer_need", "buyer", "meeting_slot", "meeting_table", "meeting_plan"):
        op.drop_table(table)


def create_plan() -> None:
    """How a fair brings buyers and exhibitors together."""
    op.create_table(
        "meeting_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("register_until", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_time", sa.Time(), nullable=False),
        sa.Column("ends_time", sa.Time(), nullable=False),
        sa.Column("pause_from", sa.Time(), nullable=True),
        sa.Column("pause_until", sa.Time(), nullable=True),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("most_each", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("slot_minutes BETWEEN 10 AND 120", name=op.f("ck_meeting_plan_slot_length")),
        sa.CheckConstraint("most_each BETWEEN 1 AND 50", name=op.f("ck_meeting_plan_most_each_in_reason")),
        sa.CheckConstraint("starts_time < ends_time", name=op.f("ck_meeting_plan_hours_ordered")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_meeting_plan_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_plan")),
        sa.UniqueConstraint("fair_id", name=op.f("uq_meeting_plan_fair_id")),
    )


def create_tables_and_slots() -> None:
    """Where and when meetings take place."""
    op.create_table(
        "meeting_table",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_meeting_table_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_table")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_meeting_table_fair_id_number")),
        sa.UniqueConstraint("id", "fair_id", name=op.f("uq_meeting_table_id_fair_id")),
    )
    op.create_table(
        "meeting_slot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_slot_has_length")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_meeting_slot_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_slot")),
        sa.UniqueConstraint("fair_id", "starts_at", name=op.f("uq_meeting_slot_fair_id_starts_at")),
        sa.UniqueConstraint("id", "fair_id", name=op.f("uq_meeting_slot_id_fair_id")),
    )


def create_buyers() -> None:
    """Companies that come to buy."""
    op.create_table(
        "buyer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("company", sa.String(length=200), nullable=False),
        sa.Column("tax_code", sa.String(length=14), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('asked', 'admitted', 'refused', 'withdrawn')", name=op.f("ck_buyer_state_known")),
        sa.CheckConstraint("state = 'asked' OR decided_at IS NOT NULL", name=op.f("ck_buyer_decided_has_instant")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_buyer_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer")),
        sa.UniqueConstraint("code", name=op.f("uq_buyer_code")),
        sa.UniqueConstraint("id", "fair_id", name=op.f("uq_buyer_id_fair_id")),
    )
    op.create_index(
        "uq_buyer_phone", "buyer", ["fair_id", "phone"], unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )
    op.create_index("ix_buyer_fair_id", "buyer", ["fair_id", "state"])


def create_needs() -> None:
    """What they look for."""
    op.create_table(
        "buyer_need",
        sa.Column("id", KEY, nullable=False),
        sa.Column("buyer_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("set_no", sa.Integer(), nullable=True),
        sa.Column("group_no", sa.String(length=4), nullable=True),
        sa.Column("wanted", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=6), nullable=False),
        sa.Column("price_vnd", sa.BigInteger(), nullable=True),
        sa.Column("stars_min", sa.Integer(), nullable=False),
        sa.CheckConstraint("set_no IS NULL OR set_no BETWEEN 1 AND 26", name=op.f("ck_buyer_need_set_known")),
        sa.CheckConstraint(
            "set_no IS NOT NULL OR group_no IS NOT NULL OR wanted <> ''", name=op.f("ck_buyer_need_says_something")
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity > 0", name=op.f("ck_buyer_need_quantity_positive")),
        sa.CheckConstraint("price_vnd IS NULL OR price_vnd > 0", name=op.f("ck_buyer_need_price_positive")),
        sa.CheckConstraint("stars_min BETWEEN 3 AND 5", name=op.f("ck_buyer_need_stars_known")),
        sa.ForeignKeyConstraint(["buyer_id"], ["buyer.id"], name=op.f("fk_buyer_need_buyer_id_buyer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buyer_need")),
        sa.UniqueConstraint("buyer_id", "position", name=op.f("uq_buyer_need_buyer_id_position")),
    )


def create_meetings() -> None:
    """Who meets whom, when, at which table."""
    op.create_table(
        "meeting",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("buyer_id", KEY, nullable=False),
        sa.Column("producer_id", KEY, nullable=False),
        sa.Column("slot_id", KEY, nullable=False),
        sa.Column("table_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=10), nullable=False),
        sa.Column("booked_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("expected_vnd", sa.BigInteger(), nullable=False),
        sa.Column("result_words", sa.String(length=1000), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *checks_of_meetings(),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_meeting_fair_id_fair")),
        sa.ForeignKeyConstraint(["producer_id"], ["producer.id"], name=op.f("fk_meeting_producer_id_producer")),
        sa.ForeignKeyConstraint(
            ["slot_id", "fair_id"], ["meeting_slot.id", "meeting_slot.fair_id"], name="fk_meeting_slot"
        ),
        sa.ForeignKeyConstraint(
            ["table_id", "fair_id"], ["meeting_table.id", "meeting_table.fair_id"], name="fk_meeting_table"
        ),
        sa.ForeignKeyConstraint(["buyer_id", "fair_id"], ["buyer.id", "buyer.fair_id"], name="fk_meeting_buyer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("code", name=op.f("uq_meeting_code")),
    )
    for name, columns, where in (
        ("uq_meeting_buyer", ["slot_id", "buyer_id"], LIVE), ("uq_meeting_exhibitor", ["slot_id", "producer_id"], LIVE),
        ("uq_meeting_table", ["slot_id", "table_id"], LIVE), ("uq_meeting_pair", ["buyer_id", "producer_id"], BOOKED),
    ):  # fmt: skip
        op.create_index(name, "meeting", columns, unique=True, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_meeting_fair_id", "meeting", ["fair_id", "state"])
    op.create_index("ix_meeting_producer_id", "meeting", ["producer_id"])


def checks_of_meetings() -> list[sa.CheckConstraint]:
    """What holds of each row of a meeting."""
    said = {
        "state_known": "state IN ('booked', 'held', 'missed', 'cancelled')",
        "asked_by_known": "asked_by IN ('buyer', 'exhibitor', 'organizer')",
        "cancelled_has_instant": "(state = 'cancelled') = (ended_at IS NOT NULL)",
        "cancelled_with_reason": "state <> 'cancelled' OR reason <> ''",
        "outcome_of_held": "outcome IS NULL OR (outcome IN ('none', 'contact', 'memorandum', 'contract')"
        " AND state = 'held')",
        "recorded_whole": "(state IN ('held', 'missed')) = (recorded_at IS NOT NULL)",
        "expected_not_negative": "expected_vnd >= 0",
    }
    return [sa.CheckConstraint(words, name=op.f(f"ck_meeting_{name}")) for name, words in said.items()]
