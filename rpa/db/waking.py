"""Wakes an idle slot when something was submitted: a hint that shortens the wait, never the only way to find work."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.exc import SQLAlchemyError

from rpa.db.engine import CHANNEL, Database

if TYPE_CHECKING:
    import psycopg

_QUICK, _SLOW, _GROWTH = 0.004, 0.03, 1.15


class Waker(Protocol):
    """Waits for other processes to change what waits."""

    def wait(self, seconds: float) -> bool:
        """Wait until something may have changed, at most so long; return whether it may have."""

    def close(self) -> None:
        """Give back what it holds."""


def waker_of(database: Database) -> Waker:
    """Return what wakes this thread on that kind of database."""
    return SqliteWaker(database) if database.kind == "sqlite" else PostgresqlWaker(database)


class SqliteWaker:
    """Asks SQLite whether another connection has committed: one page of shared memory is read, no lock is taken.

    It asks often while things happen and every 30 ms when they don't, which costs a third of a percent of one core.
    """

    def __init__(self, database: Database) -> None:
        self._connection = database.engine.connect().execution_options(rpa_begin="DEFERRED")
        self._driver: Any = self._connection.connection.driver_connection
        self._seen = self._version()
        self._pause = _QUICK

    def wait(self, seconds: float) -> bool:
        """Wait until another connection has committed."""
        until = time.monotonic() + seconds
        while (version := self._version()) == self._seen:
            left = until - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(self._pause, left))
            self._pause = min(self._pause * _GROWTH, _SLOW)
        self._seen, self._pause = version, _QUICK
        return True

    def close(self) -> None:
        """Close its connection."""
        self._connection.close()

    def _version(self) -> int:
        return int(self._driver.execute("PRAGMA data_version").fetchone()[0])


class PostgresqlWaker:
    """Listens on a connection of its own; while that is lost the wait is an ordinary one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """Wait for a notification."""
        import psycopg

        try:
            return any(True for _ in self._listening().notifies(timeout=seconds, stop_after=1))
        except (psycopg.Error, SQLAlchemyError):
            self.close()
            time.sleep(seconds)
            return False

    def close(self) -> None:
        """Close its connection."""
        import psycopg

        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def _listening(self) -> "psycopg.Connection[Any]":
        import psycopg

        if self._connection is None:
            arguments = self._database.engine.dialect.create_connect_args(self._database.engine.url)
            patience: dict[str, Any] = {"connect_timeout": 5, "keepalives_idle": 5, "tcp_user_timeout": 20_000}
            self._connection = psycopg.connect(*arguments[0], autocommit=True, **(patience | dict(arguments[1])))
            self._connection.execute(f"LISTEN {CHANNEL}")
        return self._connection
