"""Tell which version of the library each worker runs."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the version; of workers that were there before it is not known."""
    op.add_column("worker", sa.Column("version", sa.String(length=40), nullable=True))
