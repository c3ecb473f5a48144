"""The tables of the mailbox: which messages are known, and what is to be answered."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from rpa.db.schema import Number, metadata
from rpa.db.types import UtcDateTime

# A message from the moment it is read; its key makes it the same message wherever it turns up again.
letter = Table(
    "letter",
    metadata,
    Column("id", Number, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("sender", String(320), nullable=False),
    Column("message_id", String(250), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("ended", String(16)),
    Column("taken_at", UtcDateTime, nullable=False),
    # What is written back; nothing when there is nobody to write to. It holds no patient data.
    Column("answer", Text),
    Column("answer_tries", Integer, nullable=False),
    Column("answer_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    CheckConstraint("ended IS NULL OR ended IN ('done', 'refused')", name="ended"),
    Index(None, "sender", "taken_at"),
)

# The job of each hand-in of a message, written in the transaction that makes the job: so there is one.
letter_job = Table(
    "letter_job",
    metadata,
    Column("letter_id", ForeignKey("letter.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("job_id", ForeignKey("job.id"), nullable=False),
    # When its results may be sent to the sender; nothing where the settings sent none when it was made.
    Column("result_at", UtcDateTime),
    Column("result_tries", Integer, nullable=False),
    Column("result_sent_at", UtcDateTime),
    sqlite_with_rowid=False,
)
