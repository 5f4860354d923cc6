"""Invitations, shared booths, delegations, exhibitors from outside, scores, histories and messages.

Two guards: a booth of a delegation's block is booked by nobody outside that delegation, and what happened to an
application is never changed or taken away.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043_exhibitors"
down_revision = "0042_floor_plans"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
#: Dropped before the columns that name the other two.
TABLES_OF_APPLICATIONS = (
    "fair_news", "fair_message_reader", "fair_message", "fair_application_step",
    "fair_review", "fair_score", "fair_criterion", "fair_outsider_product",
    "fair_outsider", "fair_application_import", "fair_application_partner", "fair_delegation_booth",
)  # fmt: skip
#: (column of fair_application, the table that it names)
COLUMNS = (("delegation_id", "fair_delegation"), ("invitation_id", "fair_invitation"))

#: NEW is a booking of a booth that lies in the block of a delegation that its application does not belong to.
FOREIGN_BLOCK = """
    EXISTS (
        SELECT 1 FROM fair_delegation_booth AS block JOIN fair_application AS wish ON wish.id = NEW.application_id
        WHERE block.booth_id = NEW.booth_id
          AND (wish.delegation_id IS NULL OR wish.delegation_id <> block.delegation_id))
"""
#: (name, event, table, condition)
GUARDS = (
    ("booking_in_own_block", "INSERT", "booking", FOREIGN_BLOCK),
    ("booking_moved_in_own_block", "UPDATE OF booth_id, application_id", "booking", FOREIGN_BLOCK),
    ("fair_application_step_fixed", "UPDATE", "fair_application_step", "OLD.id IS NOT NULL"),
    ("fair_application_step_kept", "DELETE", "fair_application_step", "OLD.id IS NOT NULL"),
)
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
    """Make the tables, let applications say where they come from, and guard both."""
    create_fair_delegation()
    create_fair_delegation_booth()
    create_fair_application_partner()
    create_fair_invitation()
    create_fair_application_import()
    create_fair_outsider()
    create_fair_outsider_product()
    create_fair_criterion()
    create_fair_score()
    create_fair_review()
    create_fair_application_step()
    create_fair_message()
    create_fair_message_reader()
    create_fair_news()
    add_origin()
    for name, event, table, when in GUARDS:
        guard(name, event, table, when)


def downgrade() -> None:
    """Drop them."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for name, _event, table, _when in GUARDS:
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if is_postgres else ""))
        if is_postgres:
            op.execute(f"DROP FUNCTION {name}()")
    for table in TABLES_OF_APPLICATIONS:
        op.drop_table(table)
    for column, _other in COLUMNS:
        op.drop_index(f"ix_fair_application_{column}", "fair_application")
        op.execute(f"ALTER TABLE fair_application DROP COLUMN {column}")
    op.drop_column("fair_application", "source")
    for table in ("fair_invitation", "fair_delegation"):
        op.drop_table(table)


def add_origin() -> None:
    """How an application came, by which delegation and invitation."""
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.add_column(
        "fair_application", sa.Column("source", sa.String(length=12), nullable=False, server_default="account")
    )
    for column, other in COLUMNS:
        # Plain SQL: to Alembic a key on SQLite means a copied table, and this one carries triggers.
        op.execute(
            f"ALTER TABLE fair_application ADD COLUMN {column} {kind}"
            f" CONSTRAINT fk_fair_application_{column}_{other} REFERENCES {other} (id)"
        )
        op.create_index(f"ix_fair_application_{column}", "fair_application", [column], unique=False)


def guard(name: str, event: str, table: str, when: str) -> None:
    """Refuse a change when a condition holds."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES_GUARD.format(name=name, when=when))
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(SQLITE_GUARD.format(name=name, event=event, table=table, when=when))


def create_fair_delegation() -> None:
    """Departments that bring their own exhibitors."""
    op.create_table('fair_delegation',
    sa.Column('id', KEY, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('area_id', KEY, nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_fair_delegation_area_id_area')),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_delegation_fair_id_fair')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_delegation')),
    sa.UniqueConstraint('code', name=op.f('uq_fair_delegation_code')),
    sa.UniqueConstraint('fair_id', 'name', name=op.f('uq_fair_delegation_fair_id_name'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_delegation_area_id"), "fair_delegation", ["area_id"], unique=False)


def create_fair_delegation_booth() -> None:
    """The booths of their blocks."""
    op.create_table('fair_delegation_booth',
    sa.Column('booth_id', KEY, nullable=False),
    sa.Column('delegation_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['booth_id'], ['booth.id'], name=op.f('fk_fair_delegation_booth_booth_id_booth')),
    sa.ForeignKeyConstraint(['delegation_id'], ['fair_delegation.id'], name=op.f('fk_fair_delegation_booth_delegation_id_fair_delegation')),
    sa.PrimaryKeyConstraint('booth_id', name=op.f('pk_fair_delegation_booth'))
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_delegation_booth_delegation_id"), "fair_delegation_booth", ["delegation_id"], unique=False
    )


def create_fair_application_partner() -> None:
    """Two households on one booth."""
    op.create_table('fair_application_partner',
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('producer_id', KEY, nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('words', sa.String(length=300), nullable=False),
    sa.Column('asked_at', INSTANT, nullable=False),
    sa.Column('answered_at', INSTANT, nullable=True),
    sa.CheckConstraint("state = 'asked' OR answered_at IS NOT NULL", name=op.f('ck_fair_application_partner_answered_has_instant')),
    sa.CheckConstraint("state IN ('asked', 'agreed', 'declined', 'ended')", name=op.f('ck_fair_application_partner_state_known')),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_application_partner_application_id_fair_application')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_fair_application_partner_producer_id_producer')),
    sa.PrimaryKeyConstraint('application_id', name=op.f('pk_fair_application_partner'))
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_application_partner_producer_id"), "fair_application_partner", ["producer_id"], unique=False
    )


def create_fair_invitation() -> None:
    """Links to apply by."""
    op.create_table('fair_invitation',
    sa.Column('id', KEY, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('producer_id', KEY, nullable=True),
    sa.Column('delegation_id', KEY, nullable=True),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('contact', sa.String(length=254), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.Column('uses_allowed', sa.Integer(), nullable=False),
    sa.Column('uses', sa.Integer(), nullable=False),
    sa.Column('until_on', sa.Date(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('made_by', sa.String(length=200), nullable=False),
    sa.Column('made_at', INSTANT, nullable=False),
    sa.Column('revoked_at', INSTANT, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('producer_id IS NULL OR uses_allowed = 1', name=op.f('ck_fair_invitation_named_is_single')),
    sa.CheckConstraint('uses BETWEEN 0 AND uses_allowed', name=op.f('ck_fair_invitation_uses_within_limit')),
    sa.CheckConstraint('uses_allowed BETWEEN 1 AND 1000', name=op.f('ck_fair_invitation_limit_sane')),
    sa.ForeignKeyConstraint(['delegation_id'], ['fair_delegation.id'], name=op.f('fk_fair_invitation_delegation_id_fair_delegation')),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_invitation_fair_id_fair')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_fair_invitation_producer_id_producer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_invitation')),
    sa.UniqueConstraint('code', name=op.f('uq_fair_invitation_code'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_invitation_delegation_id"), "fair_invitation", ["delegation_id"], unique=False)
    op.create_index(op.f("ix_fair_invitation_fair_id"), "fair_invitation", ["fair_id"], unique=False)
    op.create_index(op.f("ix_fair_invitation_producer_id"), "fair_invitation", ["producer_id"], unique=False)


def create_fair_application_import() -> None:
    """Files of applications."""
    op.create_table('fair_application_import',
    sa.Column('id', KEY, nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('imported_by', sa.String(length=200), nullable=False),
    sa.Column('imported_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_application_import_fair_id_fair')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_application_import')),
    sa.UniqueConstraint('fair_id', 'sha256', name=op.f('uq_fair_application_import_fair_id_sha256'))
    )  # fmt: skip


def create_fair_outsider() -> None:
    """Exhibitors whom the catalog does not know yet."""
    op.create_table('fair_outsider',
    sa.Column('id', KEY, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('invitation_id', KEY, nullable=True),
    sa.Column('delegation_id', KEY, nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('tax_code', sa.String(length=14), nullable=True),
    sa.Column('area_id', KEY, nullable=True),
    sa.Column('address', sa.String(length=200), nullable=False),
    sa.Column('contact_name', sa.String(length=120), nullable=False),
    sa.Column('phone', sa.String(length=16), nullable=True),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('wishes', JSON, nullable=False),
    sa.Column('is_conditional', sa.Boolean(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('sent_at', INSTANT, nullable=False),
    sa.Column('producer_id', KEY, nullable=True),
    sa.Column('application_id', KEY, nullable=True),
    sa.Column('reason', sa.String(length=500), nullable=False),
    sa.Column('decided_at', INSTANT, nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state <> 'applied' OR application_id IS NOT NULL", name=op.f('ck_fair_outsider_applied_has_application')),
    sa.CheckConstraint("state <> 'refused' OR reason <> ''", name=op.f('ck_fair_outsider_refused_with_reason')),
    sa.CheckConstraint("state IN ('sent', 'entered', 'applied', 'refused', 'withdrawn')", name=op.f('ck_fair_outsider_state_known')),
    sa.CheckConstraint("state NOT IN ('entered', 'applied') OR producer_id IS NOT NULL", name=op.f('ck_fair_outsider_entered_has_producer')),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_outsider_application_id_fair_application')),
    sa.ForeignKeyConstraint(['area_id'], ['area.id'], name=op.f('fk_fair_outsider_area_id_area')),
    sa.ForeignKeyConstraint(['delegation_id'], ['fair_delegation.id'], name=op.f('fk_fair_outsider_delegation_id_fair_delegation')),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_outsider_fair_id_fair')),
    sa.ForeignKeyConstraint(['invitation_id'], ['fair_invitation.id'], name=op.f('fk_fair_outsider_invitation_id_fair_invitation')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_fair_outsider_producer_id_producer')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_outsider')),
    sa.UniqueConstraint('code', name=op.f('uq_fair_outsider_code'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_outsider_application_id"), "fair_outsider", ["application_id"], unique=False)
    op.create_index(op.f("ix_fair_outsider_area_id"), "fair_outsider", ["area_id"], unique=False)
    op.create_index(op.f("ix_fair_outsider_delegation_id"), "fair_outsider", ["delegation_id"], unique=False)
    op.create_index(op.f("ix_fair_outsider_fair_id"), "fair_outsider", ["fair_id", "state"], unique=False)
    op.create_index(op.f("ix_fair_outsider_invitation_id"), "fair_outsider", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_fair_outsider_producer_id"), "fair_outsider", ["producer_id"], unique=False)


def create_fair_outsider_product() -> None:
    """Their products and decisions."""
    op.create_table('fair_outsider_product',
    sa.Column('id', KEY, nullable=False),
    sa.Column('outsider_id', KEY, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('set_no', sa.Integer(), nullable=False),
    sa.Column('stars', sa.Integer(), nullable=False),
    sa.Column('decision_number', sa.String(length=60), nullable=False),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('issuer_level', sa.String(length=10), nullable=False),
    sa.Column('issuer', sa.String(length=160), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_until', sa.Date(), nullable=False),
    sa.Column('document_id', KEY, nullable=False),
    sa.Column('product_id', KEY, nullable=True),
    sa.Column('certificate_id', KEY, nullable=True),
    sa.CheckConstraint('(product_id IS NULL) = (certificate_id IS NULL)', name=op.f('ck_fair_outsider_product_entered_whole')),
    sa.CheckConstraint('stars BETWEEN 3 AND 5', name=op.f('ck_fair_outsider_product_stars_certify')),
    sa.CheckConstraint('valid_until >= valid_from AND valid_from >= decided_on', name=op.f('ck_fair_outsider_product_days_ordered')),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'], name=op.f('fk_fair_outsider_product_certificate_id_certificate')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_fair_outsider_product_document_id_document')),
    sa.ForeignKeyConstraint(['outsider_id'], ['fair_outsider.id'], name=op.f('fk_fair_outsider_product_outsider_id_fair_outsider')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_fair_outsider_product_product_id_product')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_outsider_product')),
    sa.UniqueConstraint('outsider_id', 'position', name=op.f('uq_fair_outsider_product_outsider_id_position'))
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_outsider_product_certificate_id"), "fair_outsider_product", ["certificate_id"], unique=False
    )
    op.create_index(
        op.f("ix_fair_outsider_product_document_id"), "fair_outsider_product", ["document_id"], unique=False
    )
    op.create_index(op.f("ix_fair_outsider_product_product_id"), "fair_outsider_product", ["product_id"], unique=False)


def create_fair_criterion() -> None:
    """What applications are judged by."""
    op.create_table('fair_criterion',
    sa.Column('id', KEY, nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.CheckConstraint('weight BETWEEN 1 AND 100', name=op.f('ck_fair_criterion_weight_sane')),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_criterion_fair_id_fair')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_criterion')),
    sa.UniqueConstraint('fair_id', 'position', name=op.f('uq_fair_criterion_fair_id_position'))
    )  # fmt: skip


def create_fair_score() -> None:
    """What each reviewer thinks."""
    op.create_table('fair_score',
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('criterion_id', KEY, nullable=False),
    sa.Column('reviewer_id', KEY, nullable=False),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.CheckConstraint('points BETWEEN 0 AND 10', name=op.f('ck_fair_score_points_in_range')),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_score_application_id_fair_application')),
    sa.ForeignKeyConstraint(['criterion_id'], ['fair_criterion.id'], name=op.f('fk_fair_score_criterion_id_fair_criterion')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['user_account.id'], name=op.f('fk_fair_score_reviewer_id_user_account')),
    sa.PrimaryKeyConstraint('application_id', 'criterion_id', 'reviewer_id', name=op.f('pk_fair_score'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_score_criterion_id"), "fair_score", ["criterion_id"], unique=False)
    op.create_index(op.f("ix_fair_score_reviewer_id"), "fair_score", ["reviewer_id"], unique=False)


def create_fair_review() -> None:
    """What each reviewer wrote."""
    op.create_table('fair_review',
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('reviewer_id', KEY, nullable=False),
    sa.Column('note', sa.String(length=1000), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_review_application_id_fair_application')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['user_account.id'], name=op.f('fk_fair_review_reviewer_id_user_account')),
    sa.PrimaryKeyConstraint('application_id', 'reviewer_id', name=op.f('pk_fair_review'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_review_reviewer_id"), "fair_review", ["reviewer_id"], unique=False)


def create_fair_application_step() -> None:
    """The history of an application."""
    op.create_table('fair_application_step',
    sa.Column('id', KEY, nullable=False),
    sa.Column('application_id', KEY, nullable=False),
    sa.Column('act', sa.String(length=24), nullable=False),
    sa.Column('detail', sa.String(length=500), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_application_step_application_id_fair_application')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_application_step'))
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_application_step_application_id"), "fair_application_step", ["application_id"], unique=False
    )


def create_fair_message() -> None:
    """What many were told at once."""
    op.create_table('fair_message',
    sa.Column('id', KEY, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('fair_id', KEY, nullable=False),
    sa.Column('subject', sa.String(length=160), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('is_advertising', sa.Boolean(), nullable=False),
    sa.Column('audience', JSON, nullable=False),
    sa.Column('sent_by', sa.String(length=200), nullable=False),
    sa.Column('sent_at', INSTANT, nullable=False),
    sa.ForeignKeyConstraint(['fair_id'], ['fair.id'], name=op.f('fk_fair_message_fair_id_fair')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fair_message')),
    sa.UniqueConstraint('code', name=op.f('uq_fair_message_code'))
    )  # fmt: skip
    op.create_index(op.f("ix_fair_message_fair_id"), "fair_message", ["fair_id"], unique=False)


def create_fair_message_reader() -> None:
    """Whom it went to."""
    op.create_table('fair_message_reader',
    sa.Column('message_id', KEY, nullable=False),
    sa.Column('application_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['fair_application.id'], name=op.f('fk_fair_message_reader_application_id_fair_application')),
    sa.ForeignKeyConstraint(['message_id'], ['fair_message.id'], name=op.f('fk_fair_message_reader_message_id_fair_message')),
    sa.PrimaryKeyConstraint('message_id', 'application_id', name=op.f('pk_fair_message_reader'))
    )  # fmt: skip
    op.create_index(
        op.f("ix_fair_message_reader_application_id"), "fair_message_reader", ["application_id"], unique=False
    )


def create_fair_news() -> None:
    """Who wants to hear of other fairs."""
    op.create_table('fair_news',
    sa.Column('producer_id', KEY, nullable=False),
    sa.Column('agreed_at', INSTANT, nullable=True),
    sa.Column('refused_at', INSTANT, nullable=True),
    sa.CheckConstraint('agreed_at IS NOT NULL OR refused_at IS NOT NULL', name=op.f('ck_fair_news_said_something')),
    sa.ForeignKeyConstraint(['producer_id'], ['producer.id'], name=op.f('fk_fair_news_producer_id_producer')),
    sa.PrimaryKeyConstraint('producer_id', name=op.f('pk_fair_news'))
    )  # fmt: skip
