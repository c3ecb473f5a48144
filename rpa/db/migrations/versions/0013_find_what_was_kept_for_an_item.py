"""Find what was kept for an item without reading all that was kept for others."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the index."""
    op.create_index(op.f("ix_evidence_item_id"), "evidence", ["item_id"])
