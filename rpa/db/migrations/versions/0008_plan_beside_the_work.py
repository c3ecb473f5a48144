"""Plan beside the work: an item of a dry run is another one than that which does the work."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
_UNFINISHED = sa.text("state IN ('pending', 'running', 'failed')")


def upgrade() -> None:
    """Add to each item whether it is one of a dry run, and let it be beside the other."""
    op.add_column("item", sa.Column("dry_run", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.execute("UPDATE item SET dry_run = 1 WHERE job_id IN (SELECT id FROM job WHERE dry_run = 1)")
    op.drop_index("uq_item_unfinished", table_name="item")
    op.create_index("uq_item_unfinished", "item", ["workflow", "key", "dry_run"], unique=True,
                    sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)  # fmt: skip
