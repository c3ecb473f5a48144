"""Let people note what they know of a cause."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the note of each cause that is known."""
    op.create_table(
        "cause_note",
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("failure", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("noted_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "failure", "code", name=op.f("pk_cause_note")),
        sqlite_with_rowid=False,
    )
