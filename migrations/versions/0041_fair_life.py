"""What a fair is asked for beyond its days: deadlines, hours, contact; postponement with a choice for each holder;
cancelling.

Three guards: a fair is shown only with its registration number; a cancelled one says when; and a live booth-day lies
on a day of its fair, so that a claim which began before a postponement cannot be written on the old days.
"""

import sqlalchemy as sa
from alembic import op

from core.alter import add_check, drop_check, swap_check

revision = "0041_fair_life"
down_revision = "0040_till_invoices"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

COLUMNS = (
    ("registered_on", sa.Date()),
    ("hours_from", sa.String(length=5)),
    ("hours_until", sa.String(length=5)),
    ("about", sa.String(length=4000)),
    ("contact_phone", sa.String(length=16)),
    ("contact_email", sa.String(length=254)),
    ("decide_by", sa.Date()),
    ("pay_by", sa.Date()),
    ("renew_by", sa.Date()),
    ("copied_from", sa.String(length=80)),
    ("cancelled_at", INSTANT),
    ("cancelled_because", sa.String(length=500)),
)
CHECKS = (
    ("ck_fair_hours_ordered", "(hours_from IS NULL) = (hours_until IS NULL) AND (hours_from < hours_until) IS NOT FALSE"),
    ("ck_fair_deadlines_before_opening", "decide_by < opens_on AND pay_by < opens_on AND renew_by < opens_on"),
    ("ck_fair_registered_to_be_shown", "state IN ('draft', 'cancelled') OR registration_number IS NOT NULL"),
    ("ck_fair_cancelled_has_instant", "(state = 'cancelled') = (cancelled_at IS NOT NULL)"),
)  # fmt: skip
APPLICATION = "ck_fair_application_state_known"
BEFORE = "state IN ('draft', 'submitted', 'accepted', 'waitlisted', 'rejected', 'withdrawn')"
AFTER = "state IN ('draft', 'submitted', 'accepted', 'waitlisted', 'rejected', 'withdrawn', 'closed')"

#: NEW is a live booth-day on a day that its fair does not have.
OUTSIDE = """
    NEW.state <> 'released' AND NOT EXISTS (
        SELECT 1 FROM booth JOIN fair ON fair.id = booth.fair_id
        WHERE booth.id = NEW.booth_id AND NEW.day BETWEEN fair.opens_on AND fair.closes_on)
"""
NAME = "booth_day_in_fair"
SQLITE_GUARD = f"""
CREATE TRIGGER {NAME} BEFORE INSERT ON booth_day WHEN {OUTSIDE}
BEGIN SELECT RAISE(ABORT, 'booth_day is outside its fair'); END
"""
POSTGRES_FUNCTION = f"""
CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {OUTSIDE} THEN RAISE EXCEPTION 'booth_day is outside its fair' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $$
"""
POSTGRES_GUARD = f"CREATE TRIGGER {NAME} BEFORE INSERT ON booth_day FOR EACH ROW EXECUTE FUNCTION {NAME}()"


def upgrade() -> None:
    """Add the columns, the tables of postponements, and the guards."""
    bind = op.get_bind()
    for name, kind in COLUMNS:
        op.add_column("fair", sa.Column(name, kind, nullable=True))
    for name, condition in CHECKS:
        add_check(bind, "fair", name, condition)
    swap_check(bind, "fair_application", APPLICATION, AFTER)
    create_moves()
    if bind.dialect.name == "postgresql":
        op.execute(POSTGRES_FUNCTION)
        op.execute(POSTGRES_GUARD)
    else:
        op.execute(SQLITE_GUARD)


def downgrade() -> None:
    """As it was; refused by the database while applications stand that were closed with their fair."""
    bind = op.get_bind()
    is_postgresql = bind.dialect.name == "postgresql"
    op.execute(f"DROP TRIGGER {NAME}" + (" ON booth_day" if is_postgresql else ""))
    if is_postgresql:
        op.execute(f"DROP FUNCTION {NAME}()")
    for table in ("fair_move_choice", "fair_move"):
        op.drop_table(table)
    swap_check(bind, "fair_application", APPLICATION, BEFORE)
    for name, _condition in reversed(CHECKS):
        drop_check(bind, "fair", name)
    for name, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE fair DROP COLUMN {name}")


def create_moves() -> None:
    """Postponements, and what each holder chose."""
    op.create_table(
        "fair_move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("was_opens_on", sa.Date(), nullable=False),
        sa.Column("was_closes_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=False),
        sa.Column("choose_by", sa.Date(), nullable=False),
        sa.Column("moved_at", INSTANT, nullable=False),
        sa.Column("moved_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_fair_move_days_ordered")),
        sa.CheckConstraint("choose_by < opens_on", name=op.f("ck_fair_move_chosen_before_opening")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_move_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_move")),
    )
    op.create_index(op.f("ix_fair_move_fair_id"), "fair_move", ["fair_id"], unique=False)
    op.create_table(
        "fair_move_choice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("move_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("days_kept", sa.Integer(), nullable=False),
        sa.Column("days_waiting", sa.Integer(), nullable=False),
        sa.Column("days_dropped", sa.Integer(), nullable=False),
        sa.Column("chosen_at", INSTANT, nullable=True),
        sa.Column("chosen_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'stays', 'leaves', 'replaced', 'ended')", name=op.f("ck_fair_move_choice_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('stays', 'leaves') OR chosen_at IS NOT NULL", name=op.f("ck_fair_move_choice_has_instant")
        ),
        sa.ForeignKeyConstraint(["move_id"], ["fair_move.id"], name=op.f("fk_fair_move_choice_move_id_fair_move")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_fair_move_choice_booking_id_booking")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_move_choice")),
        sa.UniqueConstraint("move_id", "booking_id", name=op.f("uq_fair_move_choice_move_id_booking_id")),
    )
    op.create_index(op.f("ix_fair_move_choice_booking_id"), "fair_move_choice", ["booking_id"], unique=False)
