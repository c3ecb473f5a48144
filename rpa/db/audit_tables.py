"""The tables beside the record: by what its entries are found, when it was checked, and what was taken out of it."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table

from rpa.db.schema import Number, metadata
from rpa.db.types import Json, UtcDateTime

# Where the entries of a person, or of a kind, stand among the leaves: made of the sealed entries, and by no writer of
# them, so a change costs nothing more. It only finds; what is shown is read from the entry itself.
posting = Table(
    "posting",
    metadata,
    Column("term", String(220), primary_key=True),
    Column("tree", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A check of the record, while it lasts and afterwards: who wanted it, how far it came, what it found.
record_check = Table(
    "record_check",
    metadata,
    Column("id", Number, primary_key=True),
    Column("asked_by", String(200), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    # The last sign of life of whoever checks.
    Column("seen_at", UtcDateTime, nullable=False),
    Column("looked_at", BigInteger, nullable=False),
    Column("entries", BigInteger, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("result", String(16)),
    # What was found, a sentence each.
    Column("said", Json, nullable=False),
    CheckConstraint("(ended_at IS NULL) = (result IS NULL)", name="ended"),
    CheckConstraint("result IN ('whole', 'unproved', 'broken', 'failed')", name="result"),
)

# A file of entries that was taken out in the console, for as long as it can be fetched again; the record tells of it.
record_export = Table(
    "record_export",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index(None, "made_at"),
    sqlite_with_rowid=False,
)
