"""The tables of the sealed record: leaves in one dense order, the nodes kept of their trees, and the signed heads."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from rpa.db import tables  # noqa: F401 - the runs and entries that these tables refer to
from rpa.db.schema import metadata
from rpa.db.types import UtcDateTime

# Each entry of the record once it is sealed: a tree a year, its leaves numbered without a gap in whatever order the
# entries were committed.
leaf = Table(
    "leaf",
    metadata,
    Column("tree", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("run", ForeignKey("chain.run"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # An entry is sealed once.
    UniqueConstraint("run", "seq"),
    sqlite_with_rowid=False,
)

# The roots of complete subtrees of 256 leaves, of 256 of those, and so on: a proof needs no more than a few hundred.
node = Table(
    "node",
    metadata,
    Column("tree", Integer, primary_key=True, autoincrement=False),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# A signed note for each size at which a tree was sealed.
seal = Table(
    "seal",
    metadata,
    Column("tree", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    Index(None, "sealed_at"),
    sqlite_with_rowid=False,
)

# How many entries of a run have a leaf.
sealed_run = Table(
    "sealed_run",
    metadata,
    Column("run", String(64), ForeignKey("chain.run"), primary_key=True),
    Column("size", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
