"""Reviews, waiting shoppers, gift baskets.

A review stands on a line that was handed over, and ``product_rating`` follows what is shown: both by triggers, so that
no path around the verbs can invent an opinion or a sum. A cart may carry charges (wrapping) beside its lines.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0019_trust"
down_revision = "0018_changes"
branch_labels = None
depends_on = None

#: SQLite numbers rows by itself only for plain INTEGER keys.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TABLES = (
    "cart_charge", "gift_basket_part", "gift_basket", "waiting_ask", "product_rating", "review_silence",
    "review_invitation", "review_report", "review_step", "product_review",
)  # fmt: skip

MARKS = (1, 2, 3, 4, 5)
COLUMNS = ", ".join(f"marks_{n}" for n in MARKS)
LESS = ", ".join(f"marks_{n} = marks_{n} - {{old_{n}}}" for n in MARKS)
MORE = ", ".join(f"marks_{n} = product_rating.marks_{n} + excluded.marks_{n}" for n in MARKS)
#: (name, verb, table, when it is refused)
STEP_FIXED = ("id", "review_id", "at", "action", "state", "marks", "note", "by_label", "by_id")
KEPT = (
    (
        "product_review_fixed", "UPDATE", "product_review",
        "NEW.order_id <> OLD.order_id OR NEW.product_id <> OLD.product_id",
    ),
    ("product_review_kept", "DELETE", "product_review", "OLD.id IS NOT NULL"),
    (
        "review_step_fixed", "UPDATE", "review_step",
        " OR ".join(f"NEW.{f} IS DISTINCT FROM OLD.{f}" for f in STEP_FIXED) + " OR NEW.words <> ''",
    ),
    ("review_step_kept", "DELETE", "review_step", "OLD.id IS NOT NULL"),
)  # fmt: skip
BOUGHT = """
EXISTS (SELECT 1 FROM order_line l JOIN shop_order o ON o.id = l.order_id
    WHERE o.id = NEW.order_id AND l.product_id = NEW.product_id AND o.store_id = NEW.store_id
      AND o.state = 'handed_over')
"""
SQLITE_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {when}
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
POSTGRES_KEPT = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION refuse_fixed()
"""
SQLITE_BOUGHT = f"""
CREATE TRIGGER product_review_bought BEFORE INSERT ON product_review WHEN NOT {BOUGHT}
BEGIN SELECT RAISE(ABORT, 'product_review_bought'); END
"""
POSTGRES_BOUGHT = f"""
CREATE FUNCTION product_review_bought() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT {BOUGHT} THEN RAISE EXCEPTION 'product_review_bought' USING ERRCODE = 'check_violation'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER product_review_bought BEFORE INSERT ON product_review
FOR EACH ROW EXECUTE FUNCTION product_review_bought()
"""
SQLITE_ADD = f"""
INSERT INTO product_rating (product_id, {COLUMNS})
SELECT NEW.product_id, {", ".join(f"NEW.marks = {n}" for n in MARKS)} WHERE NEW.state = 'shown'
ON CONFLICT (product_id) DO UPDATE SET {MORE};
"""
SQLITE_TAKE = f"""
UPDATE product_rating SET {LESS.format(**{f"old_{n}": f"(OLD.marks = {n})" for n in MARKS})}
WHERE product_id = OLD.product_id AND OLD.state = 'shown';
"""
SQLITE_ON_UPDATE = "CREATE TRIGGER product_review_counted_update AFTER UPDATE OF state, marks ON product_review"
SQLITE_COUNTED = (
    f"CREATE TRIGGER product_review_counted_insert AFTER INSERT ON product_review BEGIN {SQLITE_ADD} END",
    f"{SQLITE_ON_UPDATE} BEGIN {SQLITE_TAKE} {SQLITE_ADD} END",
)
POSTGRES_COUNTED = f"""
CREATE FUNCTION product_review_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'shown' THEN
        UPDATE product_rating SET {LESS.format(**{f"old_{n}": f"(OLD.marks = {n})::int" for n in MARKS})}
        WHERE product_id = OLD.product_id;
    END IF;
    IF NEW.state = 'shown' THEN
        INSERT INTO product_rating (product_id, {COLUMNS})
        VALUES (NEW.product_id, {", ".join(f"(NEW.marks = {n})::int" for n in MARKS)})
        ON CONFLICT (product_id) DO UPDATE SET {MORE};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER product_review_counted AFTER INSERT OR UPDATE OF state, marks ON product_review
FOR EACH ROW EXECUTE FUNCTION product_review_counted()
"""


def upgrade() -> None:
    """Make the tables, then their guards."""
    create_reviews()
    create_around_reviews()
    create_waiting()
    create_baskets()
    create_guards()


def downgrade() -> None:
    """Drop everything; triggers go with their tables."""
    for table in TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("product_review_bought", "product_review_counted"):
            op.execute(f"DROP FUNCTION {name}()")


def create_guards() -> None:
    """What is bought, what is kept, what is counted, on both engines."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, verb, table, when in KEPT:
        if is_postgresql:
            op.execute(POSTGRES_KEPT.format(name=name, verb=verb, table=table, when=when))
        else:
            text = when.replace("IS DISTINCT FROM", "IS NOT")
            op.execute(SQLITE_KEPT.format(name=name, verb=verb, table=table, when=text))
    for text in (POSTGRES_BOUGHT, POSTGRES_COUNTED) if is_postgresql else (SQLITE_BOUGHT, *SQLITE_COUNTED):
        op.execute(text)


def create_reviews() -> None:
    """Opinions."""
    op.create_table(
        "product_review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("order_id", KEY, nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("naming", sa.String(length=10), nullable=False),
        sa.Column("shown_name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held_for", sa.String(length=80), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=True),
        sa.Column("ground_note", sa.String(length=300), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_state", sa.String(length=10), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("marks BETWEEN 1 AND 5", name="ck_product_review_marks_in_range"),
        sa.CheckConstraint("state IN ('shown', 'held', 'hidden', 'withdrawn')", name="ck_product_review_state_known"),
        sa.CheckConstraint("(state = 'hidden') = (ground IS NOT NULL)", name="ck_product_review_ground_when_hidden"),
        sa.CheckConstraint("answer_state IN ('shown', 'held', 'hidden')", name="ck_product_review_answer_state_known"),
        sa.CheckConstraint("(answer IS NULL) = (answer_state IS NULL)", name="ck_product_review_answer_whole"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_review_product_id_product"),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_product_review_order_id_shop_order"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_product_review_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_product_review"),
        sa.UniqueConstraint("code", name="uq_product_review_code"),
        sa.UniqueConstraint("order_id", "product_id", name="uq_product_review_order_id_product_id"),
    )
    op.create_index("ix_product_review_product_id", "product_review", ["product_id", "state", "written_at"])
    op.create_index("ix_product_review_state", "product_review", ["state", "written_at"])


def create_around_reviews() -> None:
    """Their history, reports, invitations and sums."""
    op.create_table(
        "review_step",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("marks", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("by_label", sa.String(length=200), nullable=False),
        sa.Column("by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["product_review.id"], name="fk_review_step_review_id_product_review"),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_review_step_by_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_review_step"),
    )
    op.create_index("ix_review_step_review_id", "review_step", ["review_id"])
    op.create_table(
        "review_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("review_id", KEY, nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["product_review.id"], name="fk_review_report_review_id_product_review"),
        sa.PrimaryKeyConstraint("id", name="pk_review_report"),
    )
    op.create_index("ix_review_report_review_id", "review_report", ["review_id"])
    op.create_table(
        "review_invitation",
        sa.Column("order_id", KEY, nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["shop_order.id"], name="fk_review_invitation_order_id_shop_order"),
        sa.PrimaryKeyConstraint("order_id", name="pk_review_invitation"),
    )
    op.create_table(
        "review_silence",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_review_silence"),
    )
    op.create_table(
        "product_rating",
        sa.Column("product_id", KEY, nullable=False, autoincrement=False),
        *(sa.Column(f"marks_{n}", sa.Integer(), nullable=False) for n in MARKS),
        sa.CheckConstraint(" AND ".join(f"marks_{n} >= 0" for n in MARKS), name="ck_product_rating_not_negative"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_product_rating_product_id_product"),
        sa.PrimaryKeyConstraint("product_id", name="pk_product_rating"),
    )


def create_waiting() -> None:
    """Who wants to be told once."""
    op.create_table(
        "waiting_ask",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("product_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=True),
        sa.Column("store_id", KEY, nullable=True),
        sa.Column("contact", sa.String(length=254), nullable=True),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("consent", sa.String(length=20), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('unconfirmed', 'waiting', 'telling', 'to_call', 'told', 'withdrawn', 'expired')",
            name="ck_waiting_ask_state_known",
        ),
        sa.CheckConstraint("reason IN ('sold_out', 'closed')", name="ck_waiting_ask_reason_known"),
        sa.CheckConstraint(
            "(contact IS NOT NULL) = (state IN ('unconfirmed', 'waiting', 'telling', 'to_call'))",
            name="ck_waiting_ask_contact_only_while_needed",
        ),
        sa.CheckConstraint(
            "(state IN ('telling', 'to_call', 'told')) = (due_at IS NOT NULL)", name="ck_waiting_ask_due_when_told"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_waiting_ask_product_id_product"),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name="fk_waiting_ask_sku_id_sku"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_waiting_ask_store_id_store"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_waiting_ask_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_ask"),
        sa.UniqueConstraint("code", name="uq_waiting_ask_code"),
        sa.UniqueConstraint("contact", "product_id", name="uq_waiting_ask_contact_product_id"),
    )
    op.create_index("ix_waiting_ask_product_id", "waiting_ask", ["product_id", "state"])
    op.create_index("ix_waiting_ask_state", "waiting_ask", ["state", "expires_at"])
    for column in ("sku_id", "store_id", "user_id", "due_at"):
        op.create_index(f"ix_waiting_ask_{column}", "waiting_ask", [column])


def create_baskets() -> None:
    """Baskets, their parts, and what carts carry beside their lines."""
    op.create_table(
        "gift_basket",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=96), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("occasion", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("wrap_vnd", sa.BigInteger(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name="ck_gift_basket_state_known"),
        sa.CheckConstraint("wrap_vnd >= 0", name="ck_gift_basket_wrap_not_negative"),
        sa.CheckConstraint(
            "until_on IS NULL OR from_on IS NULL OR until_on >= from_on", name="ck_gift_basket_season_ordered"
        ),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_gift_basket_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_basket"),
        sa.UniqueConstraint("slug", name="uq_gift_basket_slug"),
    )
    op.create_index("ix_gift_basket_store_id", "gift_basket", ["store_id", "state"])
    op.create_table(
        "gift_basket_part",
        sa.Column("id", KEY, nullable=False),
        sa.Column("basket_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100000", name="ck_gift_basket_part_quantity_in_range"),
        sa.ForeignKeyConstraint(["basket_id"], ["gift_basket.id"], name="fk_gift_basket_part_basket_id_gift_basket"),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name="fk_gift_basket_part_sku_id_sku"),
        sa.PrimaryKeyConstraint("id", name="pk_gift_basket_part"),
        sa.UniqueConstraint("basket_id", "position", name="uq_gift_basket_part_basket_id_position"),
    )
    op.create_index("ix_gift_basket_part_sku_id", "gift_basket_part", ["sku_id"])
    op.create_table(
        "cart_charge",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cart_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=160), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("store_id", KEY, nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.CheckConstraint("kind IN ('gift_wrap')", name="ck_cart_charge_kind_known"),
        sa.CheckConstraint("amount_vnd >= 0", name="ck_cart_charge_amount_not_negative"),
        sa.CheckConstraint("quantity BETWEEN 1 AND 99", name="ck_cart_charge_quantity_in_range"),
        sa.ForeignKeyConstraint(["cart_id"], ["cart.id"], name="fk_cart_charge_cart_id_cart"),
        sa.ForeignKeyConstraint(["store_id"], ["store.id"], name="fk_cart_charge_store_id_store"),
        sa.PrimaryKeyConstraint("id", name="pk_cart_charge"),
    )
    op.create_index("ix_cart_charge_cart_id", "cart_charge", ["cart_id"])
    op.create_index("ix_cart_charge_reference", "cart_charge", ["reference"])
