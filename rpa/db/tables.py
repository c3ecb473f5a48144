"""The tables. Invariants that a database can hold are held there too, each with its reason."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from rpa.db.schema import Number as _Id
from rpa.db.schema import metadata as metadata
from rpa.db.schema import one_of as _one_of
from rpa.db.sign_in_tables import refused_sign_in as refused_sign_in
from rpa.db.sign_in_tables import sign_in_account as sign_in_account
from rpa.db.sign_in_tables import sign_in_try as sign_in_try
from rpa.db.types import Json, UtcDateTime
from rpa.states import EffectState, Failure, ItemState, JobState, RowEnd

# `sqlite_with_rowid=False` where a key of several columns is the order rows are written and read in: one tree instead
# of a table and an index, so a durable commit writes half the pages.

job = Table(
    "job",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("workflow", String(100), nullable=False),
    Column("version", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("parent_id", ForeignKey("job.id")),
    Column("dry_run", Integer, nullable=False),
    # The plan that it carries out; whether that is approved is looked up for each item.
    Column("applies", ForeignKey("job.id")),
    # The job whose changes it puts back.
    Column("reverses", ForeignKey("job.id")),
    # 1 urgent, 2 high, 3 normal, 4 low: the smaller goes first.
    Column("priority", Integer, nullable=False, server_default=text("3")),
    Column("not_before", UtcDateTime),
    Column("deadline", UtcDateTime),
    Column("requested_by", String(200), nullable=False),
    Column("params", Json, nullable=False),
    Column("inputs", Json, nullable=False),
    Column("input_digest", String(64), nullable=False),
    Column("rows_in", Integer, nullable=False),
    Column("open_items", Integer, nullable=False),
    Column("submitted_at", UtcDateTime, nullable=False),
    Column("completed_at", UtcDateTime),
    _one_of("state", JobState, name="state"),
    # A job is completed exactly when nothing of it is open any more.
    CheckConstraint("open_items >= 0 AND (state = 'open') = (open_items > 0)", name="open_items"),
    Index(None, "workflow", "input_digest"),
    Index(None, "requested_by", "id"),
    Index("ix_job_open", "id", sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'")),
    # What carries out a plan.
    Index(
        "ix_job_applies",
        "applies",
        sqlite_where=text("applies IS NOT NULL"),
        postgresql_where=text("applies IS NOT NULL"),
    ),
    Index("ix_job_plan", "id", sqlite_where=text("dry_run = 1"), postgresql_where=text("dry_run = 1")),
)

item = Table(
    "item",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("workflow", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("data", Json, nullable=False),
    # Whether it only finds out what would be written; its job says the same.
    Column("dry_run", Integer, nullable=False, server_default=text("0")),
    Column("state", String(16), nullable=False),
    Column("failure", String(16)),
    Column("code", String(64)),
    Column("outcome", Text),
    Column("round", Integer, nullable=False, server_default=text("1")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("crashes", Integer, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("available_at", UtcDateTime, nullable=False),
    Column("priority", Integer, nullable=False, server_default=text("3")),
    # Its place in the round of its workflow's jobs, so that they take turns: even for a row as it came, odd for what
    # comes back. Below 0 while it waits for its time: -1 comes back, -2 - n stands for the n-th row of a job after the
    # item that is served when the time has come.
    Column("turn", BigInteger, nullable=False, server_default=text("-1")),
    Column("claim", String(32)),
    Column("worker", String(32)),
    Column("claimed_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("open_intents", Integer, nullable=False, server_default=text("0")),
    Column("updated_at", UtcDateTime, nullable=False),
    _one_of("state", ItemState, name="state"),
    _one_of("failure", Failure, name="failure_kind"),
    # A failed item says why, and no other state carries a reason left over from before.
    CheckConstraint("(state = 'failed') = (failure IS NOT NULL AND code IS NOT NULL)", name="failure"),
    # No item ends while a write of it has no ending: it may still run, or wait for the attempt that looks.
    CheckConstraint("open_intents = 0 OR (open_intents > 0 AND state IN ('pending', 'running'))", name="open_intents"),
    # Only a running item is held, and a held item always has an end to its lease.
    CheckConstraint("(state = 'running') = (claim IS NOT NULL)", name="claim"),
    CheckConstraint("(claim IS NULL) = (lease_until IS NULL)", name="lease"),
    CheckConstraint("(claim IS NULL) = (claimed_at IS NULL)", name="claimed_at"),
    # Queries name these states in the text, not as bound values: only then does SQLite see that the index will do.
    # The next item of a workflow to claim is its first entry in this index, whatever the number of waiting items.
    Index("ix_item_due", "workflow", "priority", "turn", "id",
          sqlite_where=text("state = 'pending' AND turn >= 0"),
          postgresql_where=text("state = 'pending' AND turn >= 0")),
    # What waits for its time; once due it gets a turn.
    Index("ix_item_early", "available_at", sqlite_where=text("state = 'pending' AND turn < 0"),
          postgresql_where=text("state = 'pending' AND turn < 0")),
    # The last of a job's items that came back; a claim changes it only when it takes one of them.
    Index("ix_item_back", "job_id", "turn",
          sqlite_where=text("state = 'pending' AND turn > 0 AND turn & 1 = 1"),
          postgresql_where=text("state = 'pending' AND turn > 0 AND turn & 1 = 1")),
    Index("ix_item_running", "lease_until", sqlite_where=text("state = 'running'"),
          postgresql_where=text("state = 'running'")),
    # What needs a person, by cause (with all that is said of causes) and by job.
    Index("ix_item_failed", "workflow", "failure", "code", "id", "job_id", "updated_at",
          sqlite_where=text("state = 'failed'"), postgresql_where=text("state = 'failed'")),
    Index("ix_item_failed_of_job", "job_id", sqlite_where=text("state = 'failed'"),
          postgresql_where=text("state = 'failed'")),
    # Its columns never change, so a move costs it nothing; `key` first, or the claim would be planned by `workflow`.
    Index("ix_item_key", "key", "workflow"),
    # The same key is the same item until it is done or taken back: two of it can't be worked on at once. To plan it is
    # another thing than to do it.
    Index("uq_item_unfinished", "workflow", "key", "dry_run", unique=True,
          sqlite_where=text("state IN ('pending', 'running', 'failed')"),
          postgresql_where=text("state IN ('pending', 'running', 'failed')")),
)  # fmt: skip

source_row = Table(
    "source_row",
    metadata,
    Column("job_id", ForeignKey("job.id"), primary_key=True),
    Column("input", String(100), primary_key=True),
    Column("sheet", String(200), primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("ended", String(16), nullable=False),
    Column("item_id", ForeignKey("item.id")),
    Column("problems", Json),
    _one_of("ended", RowEnd, name="ended"),
    # A row that is an item says which one.
    CheckConstraint("ended <> 'item' OR item_id IS NOT NULL", name="item"),
    Index(None, "item_id"),
    # The rows that never became an item.
    Index("ix_source_row_unread", "job_id", "input", "sheet", "row",
          sqlite_where=text("ended <> 'item'"), postgresql_where=text("ended <> 'item'")),
)  # fmt: skip

item_subject = Table(
    "item_subject",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    # The pseudonym of an identifier in the item's row, so that a patient's items are found by NHS number.
    Column("subject", String(80), primary_key=True),
    Index(None, "subject"),
)

# Written once, when an attempt has ended; what runs now is in the item's own claim.
attempt = Table(
    "attempt",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("claim", String(32), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("worker", String(32), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime, nullable=False),
    Column("ended", String(32), nullable=False),
    Column("code", String(64)),
    # What was done in a day, and by whom: counted without a look at the attempts themselves.
    Index("ix_attempt_ended_at", "ended_at", "worker", "ended"),
    sqlite_with_rowid=False,
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("item_id", ForeignKey("item.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("step", String(100), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("result", Json, nullable=False),
    sqlite_with_rowid=False,
)

effect = Table(
    "effect",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("item_id", ForeignKey("item.id"), nullable=False),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("claim", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("what", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("before", Json),
    Column("after", Json),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    _one_of("state", EffectState, name="state"),
    CheckConstraint("(state = 'intended') = (ended_at IS NULL)", name="ended"),
    Index("ix_effect_job_id", "job_id"),
    # One write of an item can't be begun twice: the first must have an ending before there is a second.
    Index("uq_effect_intended", "item_id", "what", unique=True, sqlite_where=text("state = 'intended'"),
          postgresql_where=text("state = 'intended'")),
    Index("ix_effect_item_id", "item_id"),
)  # fmt: skip

evidence = Table(
    "evidence",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("job_id", ForeignKey("job.id")),
    Column("item_id", ForeignKey("item.id")),
    Column("kept_at", UtcDateTime, nullable=False),
    Index(None, "job_id"),
    Index(None, "item_id"),
    Index(None, "digest"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    # A process id is used again; with the time the process was made it names one process only.
    Column("process_made_at", String(32), nullable=False),
    # A slot names its supervisor; a supervisor, or a worker without slots, names none.
    Column("parent", String(32)),
    Column("slot", Integer),
    Column("started_at", UtcDateTime, nullable=False),
    # The last sign of life that the supervisor gave, for itself and for each of its slots.
    Column("seen_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # The version of the library that it runs.
    Column("version", String(40)),
    Index("ix_worker_alive", "host", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
)

# What is true of a target system now, for all workers; a system without a row was never paused and had no fault.
system = Table(
    "system",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("paused_at", UtcDateTime),
    Column("paused_by", String(200)),
    Column("why", Text),
    # System exceptions in a row, from any worker; at the threshold the breaker opens until a probe finds it well.
    Column("faults", Integer, nullable=False, server_default=text("0")),
    Column("last_fault", String(60)),
    Column("broken_at", UtcDateTime),
    Column("probe_at", UtcDateTime),
    Column("probes", Integer, nullable=False, server_default=text("0")),
    CheckConstraint("(paused_at IS NULL) = (paused_by IS NULL)", name="paused"),
    CheckConstraint("(broken_at IS NULL) = (probe_at IS NULL)", name="broken"),
    sqlite_with_rowid=False,
)

# One of the sessions a system allows: the key makes more of them impossible, whoever asks at the same moment.
seat = Table(
    "seat",
    metadata,
    Column("system", String(100), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("worker", String(32), nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Index(None, "system", "worker", unique=True),
    sqlite_with_rowid=False,
)

# A due time of a schedule is decided once, however many workers look at it: it fired, or it says why not.
firing = Table(
    "firing",
    metadata,
    Column("schedule", String(100), primary_key=True),
    Column("due_at", UtcDateTime, primary_key=True),
    Column("ended", String(16), nullable=False),
    Column("why", Text),
    Column("job_id", ForeignKey("job.id")),
    Column("decided_at", UtcDateTime, nullable=False),
    CheckConstraint("(ended = 'fired') = (job_id IS NOT NULL)", name="fired"),
    sqlite_with_rowid=False,
)

# A schedule that a person paused; its due times are decided all the same, and say so.
schedule_pause = Table(
    "schedule_pause",
    metadata,
    Column("schedule", String(100), primary_key=True),
    Column("paused_at", UtcDateTime, nullable=False),
    Column("paused_by", String(200), nullable=False),
    Column("why", Text, nullable=False),
    sqlite_with_rowid=False,
)

# A machine that a person paused: its workers live on, and their slots take no item until it is resumed.
machine_pause = Table(
    "machine_pause",
    metadata,
    Column("host", String(200), primary_key=True),
    Column("paused_at", UtcDateTime, nullable=False),
    Column("paused_by", String(200), nullable=False),
    Column("why", Text, nullable=False),
    # Whether an attempt under way ends at its next step, and not when its item is done.
    Column("at_once", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# A workflow that a person paused: its items wait until it is resumed.
workflow_pause = Table(
    "workflow_pause",
    metadata,
    Column("workflow", String(100), primary_key=True),
    Column("paused_at", UtcDateTime, nullable=False),
    Column("paused_by", String(200), nullable=False),
    Column("why", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What people know of a cause that holds rows up, until somebody clears it.
cause_note = Table(
    "cause_note",
    metadata,
    Column("workflow", String(100), primary_key=True),
    Column("failure", String(16), primary_key=True),
    Column("code", String(100), primary_key=True),
    Column("note", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("noted_by", String(200), nullable=False),
    sqlite_with_rowid=False,
)

# A workbook that was put in the drop folder, until its return workbook lies in the outbox.
arrival = Table(
    "arrival",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("workflow", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sender", String(200), nullable=False),
    Column("job_id", ForeignKey("job.id")),
    # The sentence of a refusal; it holds no patient data.
    Column("refused", Text),
    # Which drop folder it lay in, and where in it: a machine that doesn't have that folder leaves it alone.
    Column("inbox", String(32), nullable=False),
    Column("place", String(200), nullable=False, unique=True),
    # Who sees to it now, and until when nobody else does.
    Column("holder", String(32), nullable=False),
    Column("held_until", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("returned_at", UtcDateTime),
    # The same bytes are read by one at a time, so that the second sees the job that the first made.
    Index("uq_arrival_reading", "workflow", "digest", unique=True,
          sqlite_where=text("job_id IS NULL AND refused IS NULL"),
          postgresql_where=text("job_id IS NULL AND refused IS NULL")),
    Index("ix_arrival_open", "id", sqlite_where=text("returned_at IS NULL"),
          postgresql_where=text("returned_at IS NULL")),
)  # fmt: skip

# Raised with the fact it tells of, in one transaction; sent by whichever worker takes it first.
alarm = Table(
    "alarm",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(32), nullable=False),
    # What it is about: a job's number, a system, a schedule, a worker. Never a patient.
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("count", Integer, nullable=False, server_default=text("1")),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("try_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    # What kept it from being sent the last time, in a few words; nothing once every way took it.
    Column("fault", String(200)),
    # The same alarm again, before the first was sent, is the same alarm.
    Index("uq_alarm_unsent", "kind", "subject", unique=True, sqlite_where=text("sent_at IS NULL"),
          postgresql_where=text("sent_at IS NULL")),
    Index("ix_alarm_sent", "kind", "subject", "sent_at"),
)  # fmt: skip

# What one worker does for all of them: whoever moves the time forward does it.
duty = Table(
    "duty",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    # How far it came, in its own words.
    Column("reached", String(100), nullable=False),
    sqlite_with_rowid=False,
)

chain = Table(
    "chain",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("run", ForeignKey("chain.run"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("prev", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # Copies from the body, only there to be searched; verify compares them with it.
    Column("name", String(64), nullable=False),
    Column("item_id", BigInteger),
    Index(None, "item_id", sqlite_where=text("item_id IS NOT NULL"), postgresql_where=text("item_id IS NOT NULL")),
    # What tells of no item is little, and looked for by name: what brought an item, which years were moved.
    Index("ix_event_name", "name", "run",
          sqlite_where=text("item_id IS NULL"), postgresql_where=text("item_id IS NULL")),
    sqlite_with_rowid=False,
)  # fmt: skip

payload = Table(
    "payload",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
