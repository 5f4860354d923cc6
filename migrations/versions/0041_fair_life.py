"""What a fair is asked for beyond its days: deadlines, rules, postponement and cancelling."""

revision = "0041_fair_life"
down_revision = "0040_till_invoices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in by its feature."""


def downgrade() -> None:
    """Filled in by its feature."""
