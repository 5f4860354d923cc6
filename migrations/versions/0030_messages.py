"""Messages as they were sent, and what a customer may ask of her data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030_messages"
down_revision = "0029_vouchers"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    create_message_sent()
    create_privacy_request()
    create_privacy_link()
    let_words_go()


def downgrade() -> None:
    """Drop them."""
    keep_words()
    op.drop_table("privacy_link")
    op.drop_table("privacy_request")
    op.drop_table("message_sent")


#: What the timeline's guard lets go: words and names of people, and nothing else.
SQLITE = """
CREATE TRIGGER order_event_no_update BEFORE UPDATE ON order_event
WHEN NEW.id IS NOT OLD.id OR NEW.order_id IS NOT OLD.order_id OR NEW.at IS NOT OLD.at OR NEW.action IS NOT OLD.action
  OR NEW.state IS NOT OLD.state OR NEW.actor IS NOT OLD.actor
  OR NEW.data IS NOT json_remove(OLD.data, '$.note', '$.name')
BEGIN SELECT RAISE(ABORT, 'append_only'); END
"""
SQLITE_BEFORE = """
CREATE TRIGGER order_event_no_update BEFORE UPDATE ON order_event BEGIN SELECT RAISE(ABORT, 'append_only'); END
"""
POSTGRESQL = """
CREATE FUNCTION order_event_on_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.id, NEW.order_id, NEW.at, NEW.action, NEW.state, NEW.actor, NEW.data)
    IS DISTINCT FROM (OLD.id, OLD.order_id, OLD.at, OLD.action, OLD.state, OLD.actor, OLD.data - 'note' - 'name')
  THEN RAISE EXCEPTION 'append_only: %', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$
"""


def let_words_go() -> None:
    """Let a person's words be taken off a timeline (Law 91/2025); every other change stays refused."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TRIGGER order_event_no_update")
        op.execute(SQLITE)
        return
    op.execute("DROP TRIGGER order_event_append ON order_event")
    op.execute(POSTGRESQL)
    op.execute(
        "CREATE TRIGGER order_event_on_update BEFORE UPDATE ON order_event "
        "FOR EACH ROW EXECUTE FUNCTION order_event_on_update()"
    )
    op.execute(
        "CREATE TRIGGER order_event_append BEFORE DELETE ON order_event "
        "FOR EACH ROW EXECUTE FUNCTION orders_append_only()"
    )


def keep_words() -> None:
    """Refuse every change again."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TRIGGER order_event_no_update")
        op.execute(SQLITE_BEFORE)
        return
    op.execute("DROP TRIGGER order_event_on_update ON order_event")
    op.execute("DROP FUNCTION order_event_on_update()")
    op.execute("DROP TRIGGER order_event_append ON order_event")
    op.execute(
        "CREATE TRIGGER order_event_append BEFORE UPDATE OR DELETE ON order_event "
        "FOR EACH ROW EXECUTE FUNCTION orders_append_only()"
    )


def create_privacy_request() -> None:
    """What a person asked of her data, and by when it must be answered."""
    op.create_table(
        "privacy_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("shown", sa.String(length=254), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("wish IN ('access', 'correct', 'erase')", name=op.f("ck_privacy_request_wish_known")),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'refused', 'withdrawn')", name=op.f("ck_privacy_request_state_known")
        ),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("ck_privacy_request_ended_when_closed")),
        sa.CheckConstraint(
            "state = 'open' OR (contact IS NULL AND words IS NULL)",
            name=op.f("ck_privacy_request_forgotten_when_closed"),
        ),
        sa.CheckConstraint(
            "state <> 'open' OR contact IS NOT NULL OR user_id IS NOT NULL",
            name=op.f("ck_privacy_request_of_somebody"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_privacy_request_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
        sa.UniqueConstraint("code", name=op.f("uq_privacy_request_code")),
    )
    op.create_index(op.f("ix_privacy_request_contact"), "privacy_request", ["contact"])
    op.create_index(op.f("ix_privacy_request_user_id"), "privacy_request", ["user_id"])
    op.create_index(op.f("ix_privacy_request_state"), "privacy_request", ["state", "due_on"])


def create_privacy_link() -> None:
    """A guest's way to her data."""
    op.create_table(
        "privacy_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_link")),
        sa.UniqueConstraint("digest", name=op.f("uq_privacy_link_digest")),
    )
    op.create_index(op.f("ix_privacy_link_contact"), "privacy_link", ["contact"])
    op.create_index(op.f("ix_privacy_link_expires_at"), "privacy_link", ["expires_at"])


def create_message_sent() -> None:
    """Which message went to whom, without its words."""
    op.create_table(
        "message_sent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("error", sa.String(length=120), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'sms', 'none')", name=op.f("ck_message_sent_channel_known")),
        sa.CheckConstraint(
            "outcome IN ('sent', 'failed', 'refused', 'unreachable')", name=op.f("ck_message_sent_outcome_known")
        ),
        sa.CheckConstraint(
            "(channel = 'none') = (outcome = 'unreachable')", name=op.f("ck_message_sent_unreachable_without_channel")
        ),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_message_sent_tried")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_sent")),
        sa.UniqueConstraint("key", name=op.f("uq_message_sent_key")),
    )
    op.create_index(op.f("ix_message_sent_about"), "message_sent", ["about", "id"])
    op.create_index(op.f("ix_message_sent_first_at"), "message_sent", ["first_at"])
