"""The floor as a contestant: nothing but durable commits, through the same driver, on the same disk or server."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from benchmarks.peers.marking import mark
from benchmarks.peers.protocol import Contestant, answer
from rpa.db import Database

ADDRESS = os.environ.get("BENCH_ADDRESS", "")
_TABLES = (
    "CREATE TABLE IF NOT EXISTS item (key TEXT PRIMARY KEY, data {blob})",
    "CREATE TABLE IF NOT EXISTS commits (number {number} PRIMARY KEY, body {blob})",
)
_BODY = b"x" * 300
"""About what an event of the record has."""


class Floor(Contestant):
    """Two commits an item, each of one row of 300 bytes; a submission is a row an item in one transaction."""

    def __init__(self) -> None:
        self._run, self._place = _on_sqlite() if ADDRESS.startswith("sqlite") else _on_postgresql()

    def submit(self, task: str, numbers: Sequence[str]) -> None:
        """Insert them in one transaction."""
        self._make_tables()
        if numbers:
            self._run("BEGIN", ())
            for number in numbers:
                self._run(f"INSERT INTO item VALUES ({self._place}, {self._place})", (number, _BODY))  # noqa: S608
            self._run("COMMIT", ())

    def work(self) -> None:
        """Commit twice an item until killed."""
        adding = f"INSERT INTO commits (body) VALUES ({self._place})"  # noqa: S608 - a constant
        while True:
            mark()
            for _ in range(2):
                self._run("BEGIN", ())
                self._run(adding, (_BODY,))
                self._run("COMMIT", ())

    def _make_tables(self) -> None:
        sqlite = ADDRESS.startswith("sqlite")
        for table in _TABLES:
            self._run(table.format(blob="BLOB" if sqlite else "BYTEA", number="INTEGER" if sqlite else "BIGSERIAL"), ())


def _on_sqlite() -> tuple[Callable[[str, Sequence[Any]], Any], str]:
    """Return how a statement is run by the driver the library has chosen, with the same switches."""
    database = Database(ADDRESS)
    driver: Any = database.engine.connect().connection.driver_connection

    def run(text: str, values: Sequence[Any]) -> Any:
        return driver.execute("BEGIN IMMEDIATE" if text == "BEGIN" else text, values)

    return run, "?"


def _on_postgresql() -> tuple[Callable[[str, Sequence[Any]], Any], str]:
    connection = psycopg.connect(ADDRESS, autocommit=True)
    return connection.execute, "%s"


if __name__ == "__main__":
    answer(Floor())
