"""Let many workers share the work: turns between jobs, slots, systems, schedules, the drop folder and alarms."""

import sqlalchemy as sa
from alembic import op

import rpa.db.types

revision = "0002"
down_revision = "0001"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Time = rpa.db.types.UtcDateTime


def upgrade() -> None:
    """Add what is missing; items that wait get their turn from the first worker that looks."""
    _jobs_and_items()
    _workers()
    _systems()
    _schedules()
    _drop_folder()
    _alarms()


def _jobs_and_items() -> None:
    op.add_column("job", sa.Column("priority", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.add_column("job", sa.Column("not_before", _Time(), nullable=True))
    op.add_column("job", sa.Column("deadline", _Time(), nullable=True))
    op.add_column("item", sa.Column("priority", sa.Integer(), server_default=sa.text("3"), nullable=False))
    op.add_column("item", sa.Column("turn", sa.BigInteger(), server_default=sa.text("-1"), nullable=False))
    op.drop_index("ix_item_waiting", table_name="item")
    _partial("ix_item_due", "item", ["workflow", "priority", "turn", "id"], "state = 'pending' AND turn >= 0")
    _partial("ix_item_back", "item", ["job_id", "turn"], "state = 'pending' AND turn > 0 AND turn & 1 = 1")
    _partial("ix_item_early", "item", ["available_at"], "state = 'pending' AND turn < 0")


def _workers() -> None:
    op.add_column("worker", sa.Column("parent", sa.String(length=32), nullable=True))
    op.add_column("worker", sa.Column("slot", sa.Integer(), nullable=True))
    op.add_column("worker", sa.Column("seen_at", _Time(), nullable=True))
    _partial("ix_worker_alive", "worker", ["host"], "ended_at IS NULL")


def _systems() -> None:
    op.create_table(
        "system",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("paused_at", _Time(), nullable=True),
        sa.Column("paused_by", sa.String(length=200), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("faults", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_fault", sa.String(length=60), nullable=True),
        sa.Column("broken_at", _Time(), nullable=True),
        sa.Column("probe_at", _Time(), nullable=True),
        sa.Column("probes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("(paused_at IS NULL) = (paused_by IS NULL)", name=op.f("ck_system_paused")),
        sa.CheckConstraint("(broken_at IS NULL) = (probe_at IS NULL)", name=op.f("ck_system_broken")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_system")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seat",
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=32), nullable=False),
        sa.Column("taken_at", _Time(), nullable=False),
        sa.PrimaryKeyConstraint("system", "number", name=op.f("pk_seat")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_seat_system_worker"), "seat", ["system", "worker"], unique=True)
    op.create_table(
        "refused_sign_in",
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("refused_at", _Time(), nullable=False),
        sa.PrimaryKeyConstraint("system", "digest", name=op.f("pk_refused_sign_in")),
        sqlite_with_rowid=False,
    )
    _sign_ins()


def _sign_ins() -> None:
    op.create_table(
        "sign_in_account",
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("good", sa.String(length=80), nullable=True),
        sa.Column("code_period", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("system", "account", name=op.f("pk_sign_in_account")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", _Id, nullable=False),
        sa.Column("system", sa.String(length=100), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("worker", sa.String(length=32), nullable=False),
        sa.Column("began_at", _Time(), nullable=False),
        sa.Column("known_good", sa.Integer(), nullable=False),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.CheckConstraint("ended IN ('refused', 'unknown')", name=op.f("ck_sign_in_try_ended")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_try")),
    )
    op.create_index("ix_sign_in_try_system_account", "sign_in_try", ["system", "account"])


def _schedules() -> None:
    op.create_table(
        "firing",
        sa.Column("schedule", sa.String(length=100), nullable=False),
        sa.Column("due_at", _Time(), nullable=False),
        sa.Column("ended", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", _Time(), nullable=False),
        sa.CheckConstraint("(ended = 'fired') = (job_id IS NOT NULL)", name=op.f("ck_firing_fired")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_firing_job_id")),
        sa.PrimaryKeyConstraint("schedule", "due_at", name=op.f("pk_firing")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "schedule_pause",
        sa.Column("schedule", sa.String(length=100), nullable=False),
        sa.Column("paused_at", _Time(), nullable=False),
        sa.Column("paused_by", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", name=op.f("pk_schedule_pause")),
        sqlite_with_rowid=False,
    )


def _drop_folder() -> None:
    op.create_table(
        "arrival",
        sa.Column("id", _Id, nullable=False),
        sa.Column("workflow", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("job_id", _Id, nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("inbox", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("held_until", _Time(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("taken_at", _Time(), nullable=False),
        sa.Column("returned_at", _Time(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_arrival_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("place", name=op.f("uq_arrival_place")),
    )
    _partial("ix_arrival_open", "arrival", ["id"], "returned_at IS NULL")
    reading = "job_id IS NULL AND refused IS NULL"
    _partial("uq_arrival_reading", "arrival", ["workflow", "digest"], reading, unique=True)


def _alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", _Id, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("raised_at", _Time(), nullable=False),
        sa.Column("last_at", _Time(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("try_at", _Time(), nullable=False),
        sa.Column("sent_at", _Time(), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    _partial("uq_alarm_unsent", "alarm", ["kind", "subject"], "sent_at IS NULL", unique=True)
    op.create_index("ix_alarm_sent", "alarm", ["kind", "subject", "sent_at"])
    op.create_table(
        "duty",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("due_at", _Time(), nullable=False),
        sa.Column("reached", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duty")),
        sqlite_with_rowid=False,
    )


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)
