"""Take jobs by mail: the messages that are known, and their jobs."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what messages are kept in."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "letter",
        sa.Column("id", number, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=320), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.Column("taken_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answer_tries", sa.Integer(), nullable=False),
        sa.Column("answer_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("answered_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint("ended IS NULL OR ended IN ('done', 'refused')", name=op.f("ck_letter_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    op.create_index(op.f("ix_letter_sender_taken_at"), "letter", ["sender", "taken_at"])
    op.create_table(
        "letter_job",
        sa.Column("letter_id", number, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("job_id", number, nullable=False),
        sa.Column("result_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("result_tries", sa.Integer(), nullable=False),
        sa.Column("result_sent_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_job_letter_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_letter_job_job_id")),
        sa.PrimaryKeyConstraint("letter_id", "digest", name=op.f("pk_letter_job")),
        sqlite_with_rowid=False,
    )
