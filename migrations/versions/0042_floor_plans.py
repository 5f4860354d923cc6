"""Floor plans as they are drawn: a booth keeps its name beside its number; open sides, spaces that are not let, zones;
every plan that was ever saved, and the drawing that lies under a hall.

The database itself lets nobody book a space without exhibitors or one that left the plan, and takes no booth away
from under its holder. What a saved plan said stays.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from core.alter import add_check, drop_check

revision = "0042_floor_plans"
down_revision = "0041_fair_life"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

LIVE_DAY = "state IN ('hold', 'paid', 'conditional')"
HELD = f"EXISTS (SELECT 1 FROM booth_day WHERE booth_id = OLD.id AND {LIVE_DAY})"
LET = "EXISTS (SELECT 1 FROM booth WHERE booth.id = NEW.booth_id AND booth.use = 'exhibitor' AND booth.is_on_plan)"
#: (name, when, table, condition under which it refuses, what it says)
GUARDS = (
    ("booth_day_let", "INSERT", "booth_day", f"NEW.{LIVE_DAY} AND NOT {LET}", "of a space that is not let"),
    ("booth_let", "UPDATE", "booth",
     f"((NEW.use <> 'exhibitor' AND OLD.use = 'exhibitor') OR (OLD.is_on_plan AND NOT NEW.is_on_plan)) AND {HELD}",
     "held"),
    ("booth_fixed", "UPDATE", "booth", "NEW.uid <> OLD.uid OR NEW.fair_id <> OLD.fair_id", "fixed"),
    ("floor_plan_fixed", "UPDATE", "floor_plan", "1 = 1", "kept"),
    ("floor_plan_kept", "DELETE", "floor_plan", "1 = 1", "kept"),
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
    """Add the columns, name the booths that stand, make the tables, then the guards."""
    add_columns()
    create_floor_plan()
    create_underlay()
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, condition, text in GUARDS:
        facts = {"name": name, "verb": verb, "table": table, "text": text, "condition": condition}
        facts["row"] = "OLD" if verb == "DELETE" else "NEW"
        if is_postgresql:
            op.execute(POSTGRES_FUNCTION.format(**facts))
            op.execute(POSTGRES_GUARD.format(**facts))
        else:
            op.execute(SQLITE_GUARD.format(**facts))


def downgrade() -> None:
    """As it was: the guards first."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, _verb, table, *_ in reversed(GUARDS):
        op.execute(f"DROP TRIGGER {name} ON {table}" if is_postgresql else f"DROP TRIGGER {name}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("fair_underlay")
    op.drop_table("floor_plan")
    op.drop_index("uq_booth_uid", "booth")
    drop_check(op.get_bind(), "booth", "ck_booth_use_known")
    for name in ("zone", "use", "open_sides", "uid"):
        op.drop_column("booth", name)


def add_columns() -> None:
    """What a booth is beyond its number."""
    op.add_column("booth", sa.Column("uid", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("booth", sa.Column("open_sides", JSON, nullable=False, server_default="[]"))
    op.add_column("booth", sa.Column("use", sa.String(length=12), nullable=False, server_default="exhibitor"))
    op.add_column("booth", sa.Column("zone", sa.String(length=20), nullable=True))
    op.execute("UPDATE booth SET uid = 'G-' || id")
    op.create_index("uq_booth_uid", "booth", ["fair_id", "uid"], unique=True)
    add_check(op.get_bind(), "booth", "ck_booth_use_known", "use IN ('exhibitor', 'sponsor', 'service', 'blocked')")


def create_floor_plan() -> None:
    """Every plan that was saved, whole."""
    op.create_table(
        "floor_plan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("booths", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_floor_plan_number_from_one")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_floor_plan_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_plan")),
        sa.UniqueConstraint("fair_id", "number", name=op.f("uq_floor_plan_fair_id_number")),
    )


def create_underlay() -> None:
    """The drawing of a hall that is traced, in its place and scale."""
    op.create_table(
        "fair_underlay",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("hall", sa.String(length=20), nullable=False),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("width_px >= 1 AND height_px >= 1", name=op.f("ck_fair_underlay_points_known")),
        sa.CheckConstraint("width BETWEEN 1 AND 1000000", name=op.f("ck_fair_underlay_width_in_range")),
        sa.ForeignKeyConstraint(["fair_id"], ["fair.id"], name=op.f("fk_fair_underlay_fair_id_fair")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_underlay")),
        sa.UniqueConstraint("fair_id", "hall", name=op.f("uq_fair_underlay_fair_id_hall")),
    )
