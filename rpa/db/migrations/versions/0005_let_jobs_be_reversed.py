"""Let jobs be reversed: a job can say whose changes it puts back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add which job's changes a job puts back."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("reverses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key(op.f("fk_job_reverses"), "job", ["reverses"], ["id"])
