"""Documents, second clocks, stops and complaints."""

revision = "0011_documents"
down_revision = "0010_proof"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
