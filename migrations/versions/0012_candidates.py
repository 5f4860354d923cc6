"""Candidates proposed by communes."""

revision = "0012_candidates"
down_revision = "0011_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
