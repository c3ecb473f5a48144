"""The tables. Invariants that a database can hold are held there too, each with its reason."""

from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from rpa.db.types import Json, UtcDateTime
from rpa.states import EffectState, Failure, ItemState, JobState, RowEnd

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `sqlite_with_rowid=False` where a key of several columns is the order rows are written and read in: one tree instead
# of a table and an index, so a durable commit writes half the pages.

# SQLite only numbers a primary key by itself when its type is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _one_of(column: str, values: type[StrEnum], *, name: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name)


job = Table(
    "job",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("workflow", String(100), nullable=False),
    Column("version", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("parent_id", ForeignKey("job.id")),
    Column("dry_run", Integer, nullable=False),
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
)

item = Table(
    "item",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    Column("workflow", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("data", Json, nullable=False),
    Column("state", String(16), nullable=False),
    Column("failure", String(16)),
    Column("code", String(64)),
    Column("outcome", Text),
    Column("round", Integer, nullable=False, server_default=text("1")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("crashes", Integer, nullable=False, server_default=text("0")),
    Column("claims", Integer, nullable=False, server_default=text("0")),
    Column("available_at", UtcDateTime, nullable=False),
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
    # The next item to claim is the first entry of this index, whatever the number of waiting items.
    Index("ix_item_waiting", "available_at", "id", sqlite_where=text("state = 'pending'"),
          postgresql_where=text("state = 'pending'")),
    Index("ix_item_running", "lease_until", sqlite_where=text("state = 'running'"),
          postgresql_where=text("state = 'running'")),
    # Its columns never change, so a move costs it nothing; `key` first, or the claim would be planned by `workflow`.
    Index("ix_item_key", "key", "workflow"),
    # The same key is the same item until it is done or taken back: two of it can't be worked on at once.
    Index("uq_item_unfinished", "workflow", "key", unique=True,
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
)

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
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
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
    sqlite_with_rowid=False,
)

payload = Table(
    "payload",
    metadata,
    Column("run", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
