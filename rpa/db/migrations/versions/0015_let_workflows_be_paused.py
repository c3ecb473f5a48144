"""Let people pause workflows."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the switch of each workflow."""
    op.create_table(
        "workflow_pause",
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("paused_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("paused_by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", name=op.f("pk_workflow_pause")),
        sqlite_with_rowid=False,
    )
