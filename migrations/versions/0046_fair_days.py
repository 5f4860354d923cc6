"""Badges, scans at the gate, who came on which day, incidents, stalls, slots at the loading gate, what a booth needs.

What was scanned never changes; a conflict is decided once. An arrival is only written down for a day that the booking
had. A seat belongs to a slot of the same direction.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046_fair_days"
down_revision = "0045_booking_life"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STANDING = sa.text("revoked_at IS NULL")
UNDECIDED = sa.text("outcome = 'conflict' AND settled IS NULL")
COMMON = sa.text("booking_id IS NULL")
SCANNED = (
    "uuid", "fair_id", "booking_id", "badge_id", "scanned", "scanned_at", "day", "received_at", "is_offline", "outcome",
    "reason", "body_hash", "by_label",
)  # fmt: skip
#: (name, verb, table, condition under which the statement is refused)
GUARDS = (
    (
        "fair_scan_fixed", "UPDATE", "fair_scan",
        "OLD.settled IS NOT NULL OR " + " OR ".join(f"NEW.{one} IS DISTINCT FROM OLD.{one}" for one in SCANNED),
    ),
    (
        "booth_visit_on_its_day", "INSERT", "booth_visit",
        "NOT EXISTS (SELECT 1 FROM booth_day WHERE booking_id = NEW.booking_id AND day = NEW.day)",
    ),
    (
        "load_seat_of_its_slot", "INSERT", "load_seat",
        "NOT EXISTS (SELECT 1 FROM load_slot WHERE id = NEW.slot_id AND direction = NEW.direction)",
    ),
)  # fmt: skip
SQLITE_GUARD = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_FUNCTION = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""
POSTGRES_GUARD = "CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"


def upgrade() -> None:
    """Make the tables, then their guards."""
    create_badges()
    create_scans()
    create_visits()
    create_incidents()
    create_stalls()
    create_slots()
    create_seats()
    create_needs()
    for name, verb, table, when in GUARDS:
        guard(name, verb, table, when)


def downgrade() -> None:
    """Drop them; the guards go with their tables."""
    for table in (
        "booth_need", "load_seat", "load_slot", "fair_stall", "fair_incident", "booth_visit", "fair_scan", "fair_badge",
    ):  # fmt: skip
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name, _verb, _table, _when in GUARDS:
            op.execute(f"DROP FUNCTION {name}()")


def guard(name: str, verb: str, table: str, when: str) -> None:
    """Refuse a statement when a condition holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_FUNCTION.format(name=name, when=when))
        op.execute(POSTGRES_GUARD.format(name=name, verb=verb, table=table))
    else:
        when = when.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(SQLITE_GUARD.format(name=name, verb=verb, table=table, when=when))


def key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key by the names of the house."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def create_badges() -> None:
    """Badges of people at a booth."""
    op.create_table(
        "fair_badge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=120), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 20", name=op.f("ck_fair_badge_number_within_booth")),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_fair_badge_revoked_whole")),
        key("fair_badge", "fair_id", "fair"),
        key("fair_badge", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_badge")),
        sa.UniqueConstraint("code", name=op.f("uq_fair_badge_code")),
    )
    op.create_index(op.f("ix_fair_badge_fair_id"), "fair_badge", ["fair_id"])
    op.create_index(op.f("ix_fair_badge_booking_id"), "fair_badge", ["booking_id"])
    op.create_index(
        "uq_fair_badge_live", "fair_badge", ["booking_id", "number"], unique=True, sqlite_where=STANDING,
        postgresql_where=STANDING,
    )  # fmt: skip


def create_scans() -> None:
    """Codes read at the gate."""
    op.create_table(
        "fair_scan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("badge_id", KEY, nullable=True),
        sa.Column("scanned", sa.String(length=300), nullable=False),
        sa.Column("scanned_at", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("is_offline", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.Column("by_label", sa.String(length=120), nullable=False),
        sa.Column("settled", sa.String(length=8), nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.String(length=120), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        *scan_checks(),
        key("fair_scan", "fair_id", "fair"),
        key("fair_scan", "booking_id", "booking"),
        key("fair_scan", "badge_id", "fair_badge"),
        key("fair_scan", "by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_scan")),
        sa.UniqueConstraint("uuid", name=op.f("uq_fair_scan_uuid")),
    )
    op.create_index(op.f("ix_fair_scan_booking_id"), "fair_scan", ["booking_id"])
    op.create_index(op.f("ix_fair_scan_badge_id"), "fair_scan", ["badge_id"])
    op.create_index("ix_fair_scan_fair_received", "fair_scan", ["fair_id", "received_at"])
    op.create_index("ix_fair_scan_open", "fair_scan", ["fair_id"], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)


def scan_checks() -> list[sa.CheckConstraint]:
    """What every scan keeps to."""
    return [
        sa.CheckConstraint(words, name=op.f(f"ck_fair_scan_{name}"))
        for name, words in (
            ("outcome_known", "outcome IN ('accepted', 'repeated', 'refused', 'conflict')"),
            ("reason_when_not_in", "(outcome IN ('accepted', 'repeated')) = (reason = '')"),
            ("settles_conflicts", "settled IS NULL OR outcome = 'conflict'"),
            ("settled_known", "settled IS NULL OR settled IN ('counted', 'dropped')"),
            ("settled_whole", "(settled IS NULL) = (settled_at IS NULL) AND (settled IS NULL) = (settled_by IS NULL)"),
            ("counts_for_somebody", "settled <> 'counted' OR booking_id IS NOT NULL"),
        )
    ]


def create_visits() -> None:
    """Who came on which day."""
    op.create_table(
        "booth_visit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("came_at", INSTANT, nullable=False),
        sa.Column("scan_id", KEY, nullable=False),
        key("booth_visit", "booking_id", "booking"),
        key("booth_visit", "scan_id", "fair_scan"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booth_visit")),
        sa.UniqueConstraint("booking_id", "day", name=op.f("uq_booth_visit_booking_id_day")),
    )
    op.create_index(op.f("ix_booth_visit_day"), "booth_visit", ["day"])


def create_incidents() -> None:
    """What went wrong."""
    op.create_table(
        "fair_incident",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("booth_id", KEY, nullable=True),
        sa.Column("product_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("assigned_to", sa.String(length=120), nullable=False),
        sa.Column("outcome", sa.String(length=500), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("occasion", sa.String(length=120), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('lapse', 'power', 'water', 'safety', 'order', 'complaint', 'lost', 'other')",
            name=op.f("ck_fair_incident_kind_known"),
        ),
        sa.CheckConstraint("state IN ('open', 'working', 'closed')", name=op.f("ck_fair_incident_state_known")),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_fair_incident_closed_has_instant")
        ),
        sa.CheckConstraint("state <> 'closed' OR outcome <> ''", name=op.f("ck_fair_incident_closed_with_words")),
        key("fair_incident", "fair_id", "fair"),
        key("fair_incident", "booking_id", "booking"),
        key("fair_incident", "booth_id", "booth"),
        key("fair_incident", "product_id", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_incident")),
        sa.UniqueConstraint("code", name=op.f("uq_fair_incident_code")),
        sa.UniqueConstraint("occasion", name=op.f("uq_fair_incident_occasion")),
    )
    for column in ("booking_id", "booth_id", "product_id"):
        op.create_index(op.f(f"ix_fair_incident_{column}"), "fair_incident", [column])
    op.create_index("ix_fair_incident_fair_state", "fair_incident", ["fair_id", "state"])


def create_stalls() -> None:
    """Temporary stores of a fair."""
    op.create_table(
        "fair_stall",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        key("fair_stall", "fair_id", "fair"),
        key("fair_stall", "store_id", "store"),
        key("fair_stall", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fair_stall")),
        sa.UniqueConstraint("store_id", name=op.f("uq_fair_stall_store_id")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_fair_stall_booking_id")),
    )
    op.create_index(op.f("ix_fair_stall_fair_id"), "fair_stall", ["fair_id"])
    op.create_index(
        "uq_fair_stall_common", "fair_stall", ["fair_id"], unique=True, sqlite_where=COMMON, postgresql_where=COMMON
    )


def create_slots() -> None:
    """Minutes at a loading gate."""
    op.create_table(
        "load_slot",
        sa.Column("id", KEY, nullable=False),
        sa.Column("fair_id", KEY, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("gate", sa.String(length=60), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_load_slot_direction_known")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_load_slot_instants_in_order")),
        key("load_slot", "fair_id", "fair"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load_slot")),
        sa.UniqueConstraint(
            "fair_id", "direction", "gate", "starts_at", name=op.f("uq_load_slot_fair_id_direction_gate_starts_at")
        ),
    )


def create_seats() -> None:
    """Room for one vehicle each."""
    op.create_table(
        "load_seat",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slot_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("booking_id", KEY, nullable=True),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("ck_load_seat_direction_known")),
        sa.CheckConstraint("(booking_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_load_seat_taken_whole")),
        key("load_seat", "slot_id", "load_slot"),
        key("load_seat", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load_seat")),
        sa.UniqueConstraint("slot_id", "number", name=op.f("uq_load_seat_slot_id_number")),
        sa.UniqueConstraint("booking_id", "direction", name=op.f("uq_load_seat_booking_id_direction")),
    )


def create_needs() -> None:
    """What contractors build."""
    op.create_table(
        "booth_need",
        sa.Column("booking_id", KEY, nullable=False),
        sa.Column("fascia", sa.String(length=60), nullable=False),
        sa.Column("power_w", sa.Integer(), nullable=False),
        sa.Column("needs_night_power", sa.Boolean(), nullable=False),
        sa.Column("tables", sa.Integer(), nullable=False),
        sa.Column("chairs", sa.Integer(), nullable=False),
        sa.Column("shelves", sa.Integer(), nullable=False),
        sa.Column("fridges", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("power_w BETWEEN 0 AND 50000", name=op.f("ck_booth_need_power_possible")),
        sa.CheckConstraint(
            "tables BETWEEN 0 AND 50 AND chairs BETWEEN 0 AND 100 AND shelves BETWEEN 0 AND 50"
            " AND fridges BETWEEN 0 AND 20",
            name=op.f("ck_booth_need_furniture_possible"),
        ),
        key("booth_need", "booking_id", "booking"),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_booth_need")),
    )
