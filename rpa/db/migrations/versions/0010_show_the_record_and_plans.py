"""Let plans and the record be shown: which plans wait, where entries are found, when they were checked."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0010"
down_revision = "0009"

_RESULTS = "result IN ('whole', 'unproved', 'broken', 'failed')"

_OF_JOBS = (("ix_job_plan", "id", "dry_run = 1"), ("ix_job_applies", "applies", "applies IS NOT NULL"))


def upgrade() -> None:
    """Add what finds plans, and the tables beside the record."""
    _add_plans()
    _add_record()


def _add_plans() -> None:
    for name, column, rule in (
        ("ix_job_plan", "id", "dry_run = 1"),
        ("ix_job_applies", "applies", "applies IS NOT NULL"),
    ):
        where = sa.text(rule)
        op.create_index(name, "job", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "plan_look",
        sa.Column("job_id", _number(), autoincrement=False, nullable=False),
        sa.Column("plan_id", _number(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_plan_look_job_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["job.id"], name=op.f("fk_plan_look_plan_id")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_plan_look")),
    )
    op.create_index(op.f("ix_plan_look_plan_id"), "plan_look", ["plan_id"])


def _add_record() -> None:
    op.create_index("ix_seal_sealed_at", "seal", ["sealed_at"])
    op.create_table(
        "posting",
        sa.Column("term", sa.String(length=220), nullable=False),
        sa.Column("tree", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "tree", "idx", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "record_check",
        sa.Column("id", _number(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("seen_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("said", rpa.db.types.Json(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (result IS NULL)", name=op.f("ck_record_check_ended")),
        sa.CheckConstraint(_RESULTS, name=op.f("ck_record_check_result")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_check")),
    )
    op.create_table(
        "record_export",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_record_export")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_record_export_made_at"), "record_export", ["made_at"])


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
