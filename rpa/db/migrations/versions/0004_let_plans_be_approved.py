"""Let plans be approved: one decision for each."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what decisions are kept in, and which plan a job carries out."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("applies", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key(op.f("fk_job_applies"), "job", ["applies"], ["id"])
    op.create_table(
        "approval",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("until", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("signature", sa.String(length=128), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("decision IN ('approved', 'rejected')", name=op.f("ck_approval_decision")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_approval_job_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_approval")),
    )
