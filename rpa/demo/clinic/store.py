"""The clinic's database: opening it, reading it, and the one way to write to it, which leaves a row in its audit."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

KEYS: Mapping[str, str] = {
    "patient": "reference",
    "site": "code",
    "clinic": "code",
    "referral": "reference",
    "appointment": "reference",
    "waiting_list": "reference",
    "cancer_pathway": "referral",
    "cancer_pause": "reference",
    "pifu": "referral",
    "task": "reference",
}
"""The tables that hold the clinic's data, each with the name of its key."""

SCHEMA = Path(__file__).with_name("schema.sql")
BUSY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Author:
    """Who saves what, and when: it goes into every audit row of that save."""

    account: str
    what: str
    at: datetime


def connect(database: Path) -> sqlite3.Connection:
    """Open the database, with its transactions in our own hands."""
    connection = sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    # NORMAL: a power cut may take the last saves of a practice clinic, but never its consistency.
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")
    return connection


def create(database: Path) -> None:
    """Make an empty clinic in a new file."""
    connection = connect(database)
    try:
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    finally:
        connection.close()


@contextmanager
def opened(database: Path) -> Iterator["Records"]:
    """Lend the records of a database for the length of a block."""
    connection = connect(database)
    try:
        yield Records(connection)
    finally:
        connection.close()


class Records:
    """Reads and writes over one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return every row of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        row: sqlite3.Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def count(self, sql: str, *values: object) -> int:
        """Return the number a counting query found."""
        return int(self._connection.execute(sql, values).fetchone()[0])

    def setting(self, name: str) -> str:
        """Return what the clinic was set up with, such as the day it was seeded for."""
        return str(self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0])

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Hold the write lock for a block and keep what it wrote; with `keep=False` forget it all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT" if keep else "ROLLBACK")

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows without an audit row: by itself for seeding only."""
        if not rows:
            return
        names = list(rows[0])
        marks = ", ".join(f":{name}" for name in names)
        # Table and column names come from the code's own seeds, never from a request.
        sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
        self._connection.executemany(sql, rows)

    def save(self, table: str, key: str, values: Mapping[str, str | None], *, author: Author) -> list[str]:
        """Write a record's fields and one audit row for each that changed; return the names of those."""
        name = KEYS[table]
        # Table and column names come from the code's own forms, never from a request.
        before = self.one(f"SELECT * FROM {table} WHERE {name} = ?", key)  # noqa: S608
        if before is None:
            raise LookupError(f"{table} has no record with the {name} {key!r}")
        changed = [field for field, value in values.items() if before[field] != value]
        for field in changed:
            self._connection.execute(
                f"UPDATE {table} SET {field} = ? WHERE {name} = ?",  # noqa: S608
                (values[field], key),
            )
        self._log(table, key, [(field, before[field], values[field]) for field in changed], author=author)
        return changed

    def add(self, table: str, key: str, values: Mapping[str, str | None], *, author: Author) -> None:
        """Make a record, with one audit row for each of its fields."""
        self.insert(table, [{KEYS[table]: key, **values}])
        self._log(table, key, [(field, None, value) for field, value in values.items()], author=author)

    def _log(
        self, table: str, key: str, fields: Sequence[tuple[str, str | None, str | None]], *, author: Author
    ) -> None:
        save = self.count("SELECT coalesce(max(save), 0) + 1 FROM write_log")
        at = author.at.isoformat(timespec="milliseconds")
        self._connection.executemany(
            "INSERT INTO write_log (save, at, account, what, kind, reference, field, before, after)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(save, at, author.account, author.what, table, key, *field) for field in fields or [("", None, None)]],
        )
