"""Find pages of long lists: jobs of a person, what needs a person, rows that never became an item."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
_PARTIAL = (
    ("ix_job_open", "job", ["id"], "state = 'open'"),
    ("ix_item_failed", "item", ["workflow", "failure", "code", "id", "job_id", "updated_at"], "state = 'failed'"),
    ("ix_item_failed_of_job", "item", ["job_id"], "state = 'failed'"),
    ("ix_source_row_unread", "source_row", ["job_id", "input", "sheet", "row"], "ended <> 'item'"),
)


def upgrade() -> None:
    """Add the indexes."""
    op.create_index(op.f("ix_job_requested_by_id"), "job", ["requested_by", "id"])
    for name, table, columns, where in _PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
