"""Show what was done today, and let people pause machines."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add what finds the attempts of a day, and the switch of each machine."""
    op.create_index("ix_attempt_ended_at", "attempt", ["ended_at", "worker", "ended"])
    op.create_table(
        "machine_pause",
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("paused_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("paused_by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at_once", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_machine_pause")),
        sqlite_with_rowid=False,
    )
