"""Offers, the waiting list, swaps, subsidies: a booking may move to another booth, and every step of it is kept.

A booking keeps its code when it moves, so that payments, badges and letters stay true. Guards of the database: a live
booth-day stands on the booth of its booking; a fee changes only with the booth and only while it is unpaid; a swap is
done only with both consents, and a booking waits for one answer at a time; what was done is never rewritten.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.alter import add_check, drop_check

revision = "0045_booking_life"
down_revision = "0044_assignment"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

LIVE_DAY = "('hold', 'paid', 'conditional')"
#: As migration 0004 has it, but for the booth and the fee.
KEPT = (
    "NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.fair_id <> OLD.fair_id"
    " OR NEW.application_id <> OLD.application_id OR NEW.producer_id <> OLD.producer_id"
    " OR NEW.created_at <> OLD.created_at"
    " OR (OLD.state IN ('released', 'cancelled') AND NEW.state <> OLD.state)"
)
#: What 0004 froze besides.
FROZEN = f"{KEPT} OR NEW.booth_id <> OLD.booth_id OR NEW.price_vnd <> OLD.price_vnd"
ELSEWHERE = (
    f"EXISTS (SELECT 1 FROM booth_day WHERE booking_id = NEW.id AND state IN {LIVE_DAY} AND booth_id <> NEW.booth_id)"
)
MOVABLE = (
    f"{KEPT} OR (NEW.booth_id <> OLD.booth_id AND {ELSEWHERE})"
    " OR (NEW.price_vnd <> OLD.price_vnd"
    " AND (NEW.booth_id = OLD.booth_id OR OLD.state NOT IN ('hold', 'offered', 'accepted')))"
    " OR (NEW.subsidy_vnd <> OLD.subsidy_vnd"
    " AND (NEW.booth_id = OLD.booth_id OR OLD.state NOT IN ('hold', 'offered', 'accepted')))"
)
#: (name, when, table, condition under which it refuses, what it says)
GUARDS = (
    (
        "booth_day_homed", "INSERT", "booth_day",
        (
            f"NEW.state IN {LIVE_DAY} AND NOT EXISTS"
            " (SELECT 1 FROM booking WHERE id = NEW.booking_id AND booth_id = NEW.booth_id)"
        ),
        "not on the booth of its booking",
    ),
    ("booth_day_subsidy", "UPDATE", "booth_day", "NEW.subsidy_vnd <> OLD.subsidy_vnd", "frozen"),
    ("booking_step_frozen", "UPDATE", "booking_step", "TRUE", "frozen"),
    ("booking_step_kept", "DELETE", "booking_step", "TRUE", "kept"),
    (
        "booth_swap_frozen", "UPDATE", "booth_swap",
        (
            "OLD.state <> 'asked' OR NEW.first_id <> OLD.first_id OR NEW.second_id <> OLD.second_id"
            " OR NEW.code <> OLD.code OR NEW.asked_at <> OLD.asked_at"
        ),
        "frozen",
    ),
    ("booth_swap_kept", "DELETE", "booth_swap", "TRUE", "kept"),
)  # fmt: skip
SQLITE_GUARD = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{table} is {text}'); END
"""
POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN RAISE EXCEPTION '{table} is {text}' USING ERRCODE = 'check_violation'; END IF;
    RETURN {row};
END $$
"""
POSTGRES_GUARD = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def upgrade() -> None:
    """Columns, tables, then the guards."""
    bind = op.get_bind()
    op.add_column("booking", sa.Column("subsidy_vnd", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("booking", sa.Column("offered_at", INSTANT, nullable=True))
    op.add_column("booking", sa.Column("accepted_at", INSTANT, nullable=True))
    op.add_column("booking", sa.Column("ended_because", sa.String(length=20), nullable=True))
    op.add_column("booth_day", sa.Column("subsidy_vnd", sa.BigInteger(), nullable=False, server_default="0"))
    add_check(bind, "booth_day", "ck_booth_day_subsidy_within_price", "subsidy_vnd >= 0 AND subsidy_vnd <= price_vnd")
    add_check(bind, "booking", "ck_booking_subsidy_within_price", "subsidy_vnd >= 0 AND subsidy_vnd <= price_vnd")
    create_steps()
    create_waits()
    create_swaps()
    refuse("booking_frozen", "UPDATE", "booking", MOVABLE, "frozen", is_new=False)
    for name, verb, table, condition, text in GUARDS:
        refuse(name, verb, table, condition, text)


def downgrade() -> None:
    """As it was; the database refuses nothing that stands."""
    bind = op.get_bind()
    for name, _verb, table, _condition, _text in GUARDS:
        drop(name, table)
    refuse("booking_frozen", "UPDATE", "booking", FROZEN, "frozen", is_new=False)
    for table in ("booth_swap", "fair_wait", "booking_step"):
        op.drop_table(table)
    drop_check(bind, "booking", "ck_booking_subsidy_within_price")
    drop_check(bind, "booth_day", "ck_booth_day_subsidy_within_price")
    op.drop_column("booth_day", "subsidy_vnd")
    for column in ("ended_because", "accepted_at", "offered_at", "subsidy_vnd"):
        op.drop_column("booking", column)


def refuse(name: str, verb: str, table: str, condition: str, text: str, *, is_new: bool = True) -> None:
    """The same condition on both engines; a guard that stands is put anew."""
    facts = {"name": name, "verb": verb, "table": table, "text": text}
    if op.get_bind().dialect.name == "postgresql":
        row = "OLD" if verb == "DELETE" else "NEW"
        op.execute(POSTGRES_FUNCTION.format(condition=condition, row=row, **facts))
        if is_new:
            op.execute(POSTGRES_GUARD.format(**facts))
        return
    if not is_new:
        op.execute(f"DROP TRIGGER {name}")
    op.execute(SQLITE_GUARD.format(condition=condition, **facts))


def drop(name: str, table: str) -> None:
    """Take a guard away."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
    else:
        op.execute(f"DROP TRIGGER {name}")


def create_steps() -> None:
    """What happened to a booking, line by line."""
    op.create_table(
        "booking_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_step_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_step")),
    )
    op.create_index(op.f("ix_booking_step_booking_id"), "booking_step", ["booking_id"], unique=False)


def create_waits() -> None:
    """Where an application stands on the waiting list, as far as somebody said so."""
    op.create_table(
        "fair_wait",
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'offered', 'passed')", name=op.f("ck_fair_wait_state_known")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fair_application.id"], name=op.f("fk_fair_wait_application_id_fair_application")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_wait_fair_id_fair")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_fair_wait")),
    )
    op.create_index(op.f("ix_fair_wait_fair_id"), "fair_wait", ["fair_id"], unique=False)


def create_swaps() -> None:
    """Two bookings that would change places, and who has agreed."""
    both = "state <> 'done' OR (first_agreed_at IS NOT NULL AND second_agreed_at IS NOT NULL)"
    op.create_table(
        "booth_swap",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("first_id", KEY, nullable=False),
        sa.Column("second_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("first_agreed_at", INSTANT, nullable=True),
        sa.Column("second_agreed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'over')", name=op.f("ck_booth_swap_state_known")
        ),
        sa.CheckConstraint(both, name=op.f("ck_booth_swap_both_agreed")),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_booth_swap_of_two")),
        sa.CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name=op.f("ck_booth_swap_ended_has_instant")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booth_swap_fair_id_fair")),
        sa.ForeignKeyConstraint(["first_id"], ["booking.id"], name=op.f("fk_booth_swap_first_id_booking")),
        sa.ForeignKeyConstraint(["second_id"], ["booking.id"], name=op.f("fk_booth_swap_second_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_swap")),
        sa.UniqueConstraint("code", name=op.f("uq_booth_swap_code")),
    )  # fmt: skip
    op.create_index(op.f("ix_booth_swap_fair_id"), "booth_swap", ["fair_id"], unique=False)
    op.create_index(op.f("ix_booth_swap_second_id"), "booth_swap", ["second_id"], unique=False)
    waits = sa.text("state = 'asked'")
    op.create_index(
        "uq_booth_swap_asked", "booth_swap", ["first_id"], unique=True, sqlite_where=waits, postgresql_where=waits
    )
