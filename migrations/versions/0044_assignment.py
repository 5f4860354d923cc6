"""Runs of the assignment of booths, and what was pinned by hand.

Guards: what was asked and what the solver found stay as they were; an answer that was applied is never changed or taken
away; a pin joins a booth and an application of one fair.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044_assignment"
down_revision = "0043_exhibitors"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def changed(*fields: str) -> str:
    """The condition under which one of these columns is another."""
    return " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in fields)


OTHER_FAIR = """
    NOT EXISTS (
        SELECT 1 FROM booth JOIN fair_application AS wish ON wish.fair_id = booth.fair_id
        WHERE booth.id = NEW.booth_id AND wish.id = NEW.application_id AND booth.fair_id = NEW.fair_id)
"""
#: (name, event, table, condition)
GUARDS = (
    ("booth_pin_of_one_fair", "INSERT", "booth_pin", OTHER_FAIR),
    ("booth_pin_stays_of_one_fair", "UPDATE", "booth_pin", OTHER_FAIR),
    (
        "fair_assignment_fixed", "UPDATE", "fair_assignment",
        "OLD.state = 'applied' OR " + changed("code", "fair_id", "digest", "ground", "question", "asked_by", "asked_at")
        + " OR (OLD.answered_at IS NOT NULL AND (" + changed("solved", "answered_at", "figures") + "))",
    ),
    ("fair_assignment_kept", "DELETE", "fair_assignment", "OLD.state = 'applied'"),
)  # fmt: skip
SQLITE_GUARD = """
CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_GUARD = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {when} THEN
        RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Make the two tables and guard them."""
    create_fair_assignment()
    create_booth_pin()
    for name, event, table, when in GUARDS:
        guard(name, event, table, when)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("booth_pin")
    op.drop_table("fair_assignment")
    if op.get_bind().dialect.name == "postgresql":
        for name, _event, _table, _when in GUARDS:
            op.execute(f"DROP FUNCTION {name}()")


def guard(name: str, event: str, table: str, when: str) -> None:
    """Refuse a change when a condition holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_GUARD.format(name=name, when=when))
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        when = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(SQLITE_GUARD.format(name=name, event=event, table=table, when=when))


def create_fair_assignment() -> None:
    """Questions and their answers."""
    op.create_table(
        "fair_assignment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=64), nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("solved", JSON, nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("figures", JSON, nullable=False),
        sa.Column("cpu_ms", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("applied_by", sa.String(length=200), nullable=True),
        sa.Column("applied_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'applied', 'dropped')", name=op.f("ck_fair_assignment_state_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('ready', 'applied') OR answered_at IS NOT NULL",
            name=op.f("ck_fair_assignment_answered_has_instant"),
        ),
        sa.CheckConstraint(
            "(state = 'applied') = (applied_at IS NOT NULL)", name=op.f("ck_fair_assignment_applied_has_instant")
        ),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_assignment_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_assignment")),
        sa.UniqueConstraint("code", name=op.f("uq_fair_assignment_code")),
    )
    op.create_index(op.f("ix_fair_assignment_fair_id"), "fair_assignment", ["fair_id", "state"], unique=False)


def create_booth_pin() -> None:
    """What the organizer keeps for whom."""
    op.create_table(
        "booth_pin",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("booth_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("pinned_by", sa.String(length=200), nullable=False),
        sa.Column("pinned_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_booth_pin_fair_id_fair")),
        sa.ForeignKeyConstraint(["booth_id"], ["booth.id"], name=op.f("fk_booth_pin_booth_id_booth")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fair_application.id"], name=op.f("fk_booth_pin_application_id_fair_application")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_pin")),
        sa.UniqueConstraint("booth_id", name=op.f("uq_booth_pin_booth_id")),
    )
    op.create_index(op.f("ix_booth_pin_fair_id"), "booth_pin", ["fair_id"], unique=False)
    op.create_index(op.f("ix_booth_pin_application_id"), "booth_pin", ["application_id"], unique=False)
