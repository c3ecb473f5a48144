"""Make the first tables."""

from hashlib import sha256

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, each after those it refers to."""
    _chain()
    _job()
    _payload()
    _worker()
    _event()
    _item()
    _attempt()
    _checkpoint()
    _effect()
    _evidence()
    _item_subject()
    _source_row()


def _chain() -> None:
    chain = op.create_table(
        "chain",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_chain")),
        sqlite_with_rowid=False,
    )
    # The one run that no job begins: it is there from the start, so that no two processes begin it at once.
    first_prev = sha256(b"run\0system").digest()
    op.bulk_insert(chain, [{"run": "system", "size": 0, "head": first_prev}])


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("dry_run", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("params", rpa.db.types.Json(), nullable=False),
        sa.Column("inputs", rpa.db.types.Json(), nullable=False),
        sa.Column("input_digest", sa.String(length=64), nullable=False),
        sa.Column("rows_in", sa.Integer(), nullable=False),
        sa.Column("open_items", sa.Integer(), nullable=False),
        sa.Column("submitted_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("completed_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint("open_items >= 0 AND (state = 'open') = (open_items > 0)", name=op.f("ck_job_open_items")),
        sa.CheckConstraint("state IN ('open', 'completed')", name=op.f("ck_job_state")),
        sa.ForeignKeyConstraint(["parent_id"], ["job.id"], name=op.f("fk_job_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_workflow_input_digest", "job", ["workflow", "input_digest"], unique=False)


def _payload() -> None:
    op.create_table(
        "payload",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", "seq", name=op.f("pk_payload")),
        sqlite_with_rowid=False,
    )


def _worker() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("host", sa.String(length=200), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_made_at", sa.String(length=32), nullable=False),
        sa.Column("started_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )


def _event() -> None:
    op.create_table(
        "event",
        sa.Column("run", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["chain.run"], name=op.f("fk_event_run")),
        sa.PrimaryKeyConstraint("run", "seq", name=op.f("pk_event")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_event_item_id",
        "event",
        ["item_id"],
        unique=False,
        sqlite_where=sa.text("item_id IS NOT NULL"),
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )


def _item() -> None:
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("data", rpa.db.types.Json(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=16), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("round", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("crashes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("claims", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("available_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("worker", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("lease_until", rpa.db.types.UtcDateTime(), nullable=True),
        sa.Column("open_intents", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("updated_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(state = 'failed') = (failure IS NOT NULL AND code IS NOT NULL)", name=op.f("ck_item_failure")
        ),
        sa.CheckConstraint("(state = 'running') = (claim IS NOT NULL)", name=op.f("ck_item_claim")),
        sa.CheckConstraint("failure IN ('business', 'system', 'in_doubt')", name=op.f("ck_item_failure_kind")),
        sa.CheckConstraint(
            "open_intents = 0 OR (open_intents > 0 AND state IN ('pending', 'running'))",
            name=op.f("ck_item_open_intents"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'running', 'completed', 'failed', 'cancelled')", name=op.f("ck_item_state")
        ),
        sa.CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name=op.f("ck_item_lease")),
        sa.CheckConstraint("(claim IS NULL) = (claimed_at IS NULL)", name=op.f("ck_item_claimed_at")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_item_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    )
    _item_indexes()


def _item_indexes() -> None:
    op.create_index("ix_item_key", "item", ["key", "workflow"], unique=False)
    op.create_index(
        "ix_item_running",
        "item",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(
        "ix_item_waiting",
        "item",
        ["available_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_item_unfinished",
        "item",
        ["workflow", "key"],
        unique=True,
        sqlite_where=sa.text("state IN ('pending', 'running', 'failed')"),
        postgresql_where=sa.text("state IN ('pending', 'running', 'failed')"),
    )


def _attempt() -> None:
    op.create_table(
        "attempt",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=32), nullable=False),
        sa.Column("started_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("ended", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_attempt_item_id")),
        sa.PrimaryKeyConstraint("item_id", "claim", name=op.f("pk_attempt")),
        sqlite_with_rowid=False,
    )


def _checkpoint() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("result", rpa.db.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_checkpoint_item_id")),
        sa.PrimaryKeyConstraint("item_id", "round", "step", "ordinal", name=op.f("pk_checkpoint")),
        sqlite_with_rowid=False,
    )


def _effect() -> None:
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("before", rpa.db.types.Json(), nullable=True),
        sa.Column("after", rpa.db.types.Json(), nullable=True),
        sa.Column("intended_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.Column("ended_at", rpa.db.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint("(state = 'intended') = (ended_at IS NULL)", name=op.f("ck_effect_ended")),
        sa.CheckConstraint(
            "state IN ('intended', 'made', 'confirmed', 'absent', 'in_doubt', 'already', 'planned')",
            name=op.f("ck_effect_state"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_effect_item_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_effect_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
    )
    op.create_index("ix_effect_item_id", "effect", ["item_id"], unique=False)
    op.create_index("ix_effect_job_id", "effect", ["job_id"], unique=False)
    op.create_index(
        "uq_effect_intended",
        "effect",
        ["item_id", "what"],
        unique=True,
        sqlite_where=sa.text("state = 'intended'"),
        postgresql_where=sa.text("state = 'intended'"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kept_at", rpa.db.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_evidence_item_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_evidence_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_digest", "evidence", ["digest"], unique=False)
    op.create_index("ix_evidence_job_id", "evidence", ["job_id"], unique=False)


def _item_subject() -> None:
    op.create_table(
        "item_subject",
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_subject_item_id")),
        sa.PrimaryKeyConstraint("item_id", "subject", name=op.f("pk_item_subject")),
    )
    op.create_index("ix_item_subject_subject", "item_subject", ["subject"], unique=False)


def _source_row() -> None:
    op.create_table(
        "source_row",
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("input", sa.String(length=100), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("ended", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("problems", rpa.db.types.Json(), nullable=True),
        sa.CheckConstraint("ended <> 'item' OR item_id IS NOT NULL", name=op.f("ck_source_row_item")),
        sa.CheckConstraint("ended IN ('item', 'rejected', 'duplicate', 'left_out')", name=op.f("ck_source_row_ended")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_source_row_item_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_source_row_job_id")),
        sa.PrimaryKeyConstraint("job_id", "input", "sheet", "row", name=op.f("pk_source_row")),
    )
    op.create_index("ix_source_row_item_id", "source_row", ["item_id"], unique=False)
