"""Clocks that a test sets: the wall clock of the workers, and the clock of a PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import create_engine, make_url, text

from rpa.clock import SystemClock
from tests.acceptance.survival.jumping import AHEAD

# What the library asks for the time is looked up here first, as everything else would be in pg_catalog.
_OWN_CLOCK = (
    "CREATE SCHEMA jumping",
    "CREATE TABLE jumping.ahead (by_now interval NOT NULL)",
    "INSERT INTO jumping.ahead VALUES (interval '0')",
    "CREATE FUNCTION jumping.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
    "'SELECT pg_catalog.clock_timestamp() + by_now FROM jumping.ahead'",
    "ALTER DATABASE {database} SET search_path = public, jumping, pg_catalog",
)


class Ahead(Protocol):
    """A clock that can be set."""

    def jump(self, ahead: timedelta) -> None:
        """Be ahead of the real time by so much from now on, or behind it."""


class WallClock:
    """The clock of all machines that are told of it."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.ahead = timedelta()
        self.jump(timedelta())

    @property
    def environment(self) -> dict[str, str]:
        """What a worker finds it by."""
        return {AHEAD: str(self._file)}

    def jump(self, ahead: timedelta) -> None:
        """Be ahead of the real time by so much from now on, or behind it."""
        self.ahead = ahead
        part = self._file.with_suffix(".part")
        part.write_text(str(ahead.total_seconds()), encoding="ascii")
        part.replace(self._file)


class ServerClock:
    """The clock of one PostgreSQL database."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
        with self._engine.connect() as connection:
            for statement in _OWN_CLOCK:
                connection.execute(text(statement.format(database=make_url(database_url).database)))

    def jump(self, ahead: timedelta) -> None:
        """Be ahead of the real time by so much from now on, or behind it."""
        with self._engine.connect() as connection:
            connection.execute(text("UPDATE jumping.ahead SET by_now = :ahead"), {"ahead": ahead})

    def close(self) -> None:
        """Close its connection."""
        self._engine.dispose()


@contextmanager
def server_clock(database_url: str) -> Iterator[ServerClock]:
    """Give a database a clock of its own, before anybody works on it."""
    clock = ServerClock(database_url)
    try:
        yield clock
    finally:
        clock.close()


def until(moment: datetime) -> timedelta:
    """Return how far a clock must be ahead to show a moment now."""
    return moment - SystemClock().now()
