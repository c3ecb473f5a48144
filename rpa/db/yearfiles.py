"""Files that hold the entries of one year of the record: SQLite, written once and from then on only read."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from rpa.db.engine import sqlite_module
from rpa.exceptions import RecordError

_TABLES = (
    "CREATE TABLE entry (run TEXT, seq INTEGER, idx INTEGER, prev BLOB, body BLOB, PRIMARY KEY (run, seq))"
    " WITHOUT ROWID",
    "CREATE TABLE seal (size INTEGER PRIMARY KEY, note TEXT)",
)
_READ_ONLY = 0o444


def path_of(folder: Path, year: int) -> Path:
    """Return where the file of a year is."""
    return folder / f"record-{year}.db"


def write_year(path: Path, entries: Iterable[tuple[Any, ...]], seals: Iterable[tuple[int, str]]) -> int:
    """Write entries (run, number, leaf, hash of the one before, body) and seals (size, note); return how many entries.

    The file is durable and may only be read when this returns.
    """
    driver, _ = sqlite_module()
    with closing(driver.connect(path, isolation_level=None)) as connection:
        for statement in ("PRAGMA synchronous = FULL", "BEGIN", *_TABLES):
            connection.execute(statement)
        connection.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", entries)
        connection.executemany("INSERT INTO seal VALUES (?, ?)", seals)
        connection.execute("COMMIT")
        (number,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    path.chmod(_READ_ONLY)
    return int(number)


class YearFile:
    """A file of a year, open for reading."""

    def __init__(self, path: Path) -> None:
        # Nobody writes to it: it may lie where locks fail, such as a network share.
        driver, _ = sqlite_module()
        self._connection = driver.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        self._path, self._broken = path, driver.DatabaseError

    def body(self, run: str, seq: int) -> bytes | None:
        """Return what an entry says, as it was written; None if it is not in this file.

        Raises:
            RecordError: The file can't be read.
        """
        wanted = "SELECT CAST(body AS BLOB) FROM entry WHERE run = ? AND seq = ?"
        try:
            found = self._connection.execute(wanted, (run, seq)).fetchone()
        except self._broken as error:
            raise RecordError(
                f"the file {str(self._path)!r} can't be read ({error}), expected a year of the record as `rpa audit "
                "archive` wrote it; bring a copy of it back there"
            ) from None
        return None if found is None or found[0] is None else bytes(found[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
