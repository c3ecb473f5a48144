"""Pours rows into the tables of an installation as fast as its database takes them, past all that writes one by one."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Table, make_url

_MANY = 20_000
"""Rows that go to the database together."""


class Pouring:
    """Collects rows by table, and hands them on many at a time."""

    def __init__(self, driver: Any, *, is_sqlite: bool) -> None:
        self._driver, self._is_sqlite = driver, is_sqlite
        self._rows: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = {}

    def add(self, table: Table, columns: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
        """Take rows whose values are what the database stores."""
        waiting = self._rows.setdefault((table.name, columns), [])
        waiting.extend(rows)
        if len(waiting) >= _MANY:
            self._hand_on(table.name, columns, waiting)

    def end(self) -> None:
        """Hand on what still waits."""
        for (name, columns), rows in self._rows.items():
            self._hand_on(name, columns, rows)
        self._driver.commit()

    def _hand_on(self, name: str, columns: tuple[str, ...], rows: list[Sequence[Any]]) -> None:
        named = ", ".join(f'"{one}"' for one in columns)
        if self._is_sqlite:
            marks = ", ".join("?" * len(columns))
            self._driver.executemany(f"INSERT INTO {name} ({named}) VALUES ({marks})", rows)  # noqa: S608 - our own names
        else:
            with self._driver.cursor() as cursor, cursor.copy(f"COPY {name} ({named}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        rows.clear()
        self._driver.commit()  # a transaction of gigabytes would be written twice


@contextmanager
def pouring_into(url: str) -> Iterator[Pouring]:
    """Open a database for pouring; nothing else may use it meanwhile, and what is poured is not checked."""
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(made.database))) as driver:
            for one in ("synchronous = OFF", "cache_size = -1000000", "temp_store = MEMORY"):
                driver.execute(f"PRAGMA {one}")
            pouring = Pouring(driver, is_sqlite=True)
            yield pouring
            pouring.end()
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    address = made.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute("SET session_replication_role = replica")  # which leaves foreign keys unchecked
        connection.execute("SET synchronous_commit = off")
        pouring = Pouring(connection, is_sqlite=False)
        yield pouring
        pouring.end()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")  # as the server itself does in the background
