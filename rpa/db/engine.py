"""One engine for SQLite and PostgreSQL: every difference between the two is in this file."""

import importlib
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from rpa.db.afterwards import doing_afterwards
from rpa.db.away import is_read_only, mark_own
from rpa.db.prepared import send_waiting
from rpa.db.statements import RUNNER, AtOnce, Runner
from rpa.exceptions import UsageError

CHANNEL = "rpa_work"
"""What idle slots listen to."""
ARCHIVES = "rpa_archives"
"""The execution option of a connection that names the folder of years that were moved out of the database."""
_BUSY_TIMEOUT_MS = 30_000
# A checkpoint is two more waits for the disk; at 4 KB a page the log stays under 40 MB.
_PAGES_BETWEEN_CHECKPOINTS = 8_000
_MODE = 0o660
"""Of a file with patients' details, less what the account leaves out itself: nothing for others."""
_FIRST_PAUSE, _LAST_PAUSE = 0.0003, 0.01
# SQLite's own 2 MB hold too little of the indexes of a large job.
_CACHE_KB = 32_000
# A connection that a cut cable or a firewall has made deaf is given up within 20 s, not after a quarter of an hour.
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
# The same from the server's side: the transaction of a machine that is cut off, or of a process that was stopped in the
# middle of it, holds locks that all others wait for. None of ours waits for anything but the server.
_SESSION = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "idle_in_transaction_session_timeout": "30000",
}
# Versions up to 3.51.2 can corrupt a WAL database written by several processes; the fix went into these two as well.
_FIRST_SAFE = (3, 51, 3)
_ALSO_SAFE = {(3, 44): 6, (3, 50): 7}


class Database:
    """A SQLite file or a PostgreSQL database.

    `url` is a SQLAlchemy address: `sqlite:///folder/rpa.db` or `postgresql+psycopg://user@host/name`. `archives` is the
    folder of years that were moved out of it.
    """

    def __init__(self, url: str, *, archives: Path | None = None) -> None:
        parsed = make_url(url)
        self.url, self.archives = url, archives
        self.kind = parsed.get_backend_name()
        self._thread = threading.local()
        engine = _sqlite(parsed) if self.kind == "sqlite" else _postgresql(parsed)
        self.engine = engine.execution_options(**{ARCHIVES: archives})

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Yield a connection whose work is committed at the end, or rolled back on any exception.

        On SQLite it begins IMMEDIATE: a deferred transaction that turns into a write fails at once when another
        process writes, and ignores the busy timeout.
        """
        with _marking(), self._held() as connection, doing_afterwards(connection), connection.begin():
            yield connection
            send_waiting(connection, commit=True)

    @contextmanager
    def _held(self) -> Iterator[Connection]:
        # One connection a thread is kept open: taking one from the pool and giving it back costs as much as two writes.
        if getattr(self._thread, "connection", None) is None or self._thread.connection.closed:
            self._thread.connection = self.engine.connect()
        yield self._thread.connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees one unchanging snapshot and never waits for a writer."""
        how = {"sqlite": {"rpa_begin": "DEFERRED"}, "postgresql": {"isolation_level": "REPEATABLE READ"}}[self.kind]
        with _marking(), self.engine.connect().execution_options(**how) as connection, connection.begin() as begun:
            yield connection
            begun.rollback()

    def notify(self, connection: Connection) -> None:
        """Wake idle slots of all machines when this transaction is committed."""
        if self.kind == "postgresql":  # on SQLite they see the commit itself
            connection.info[RUNNER].later(f"NOTIFY {CHANNEL}", ())

    def server_time(self) -> datetime | None:
        """Return the time of a database server of its own; None when the machine's clock is all there is."""
        if self.kind == "sqlite":
            return None
        with self.engine.connect() as connection:
            found: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            return found.astimezone(UTC)

    def lock_input(self, connection: Connection, digest: str) -> None:
        """Let one process at a time submit the input with that digest, until the end of its transaction."""
        if self.kind == "postgresql":  # SQLite's transaction already holds the whole database
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (digest,))

    def lock_schema(self, connection: Connection) -> None:
        """Let one process at a time change the tables, until the end of its transaction."""
        if self.kind == "postgresql":  # SQLite's transaction already holds the whole database
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7270657)")

    def lock_seals(self, connection: Connection) -> bool:
        """Let one process at a time seal the record, until the end of its transaction; False if another does now."""
        if self.kind == "sqlite":  # its transaction already holds the whole database
            return True
        return bool(connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(7270658)").scalar_one())

    def overwrite_deleted(self, connection: Connection) -> None:
        """Let nothing that this connection deletes stay readable in the file."""
        if self.kind == "sqlite":  # PostgreSQL's vacuum gives the space to others
            connection.exec_driver_sql("PRAGMA secure_delete = ON")

    def forget_deleted(self) -> None:
        """Empty the journal, which holds pages as they were before; left to the next time while somebody reads."""
        if self.kind == "sqlite":
            with self.engine.connect().execution_options(rpa_begin="DEFERRED") as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close this thread's connection and every pooled one."""
        self.close_thread()
        self.engine.dispose()

    def close_thread(self) -> None:
        """Close this thread's connection; each thread that asked closes its own before the database is closed."""
        if getattr(self._thread, "connection", None) is not None:
            self._thread.connection.close()
            self._thread.connection = None

    def describe(self) -> str:
        """Say which database, version and journal this is, for `rpa doctor`."""
        with self.engine.connect() as connection:
            if self.kind == "sqlite":
                journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
                return f"SQLite {version}, journal {journal}, synchronous FULL"
            return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"


@contextmanager
def _marking() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        mark_own(error)
        raise


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise UsageError("found a SQLite database in memory, expected a file: a job must outlive its process")
    if url.database.startswith(("//", "\\\\")):
        raise UsageError("found a SQLite database on a network share, expected a local disk: locks fail on shares")
    path = Path(url.database)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with suppress(OSError):  # which SQLite says in its own words
            path.touch(_MODE)  # what SQLite puts beside it has the same rights
    module, journal = sqlite_module()
    engine = create_engine(url, module=module, hide_parameters=True,
                           connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000})  # fmt: skip
    event.listen(engine, "connect", lambda dbapi, _: _prepare_sqlite(dbapi, journal))
    _give_runner(engine, lambda dbapi: AtOnce(dbapi.execute, engine.dialect))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def sqlite_module() -> tuple[ModuleType, str]:
    """Choose the driver: the interpreter's own, or the one that carries a newer SQLite, or the slower safe journal."""
    if _wal_is_safe(sqlite3.sqlite_version_info):
        return sqlite3, "WAL"
    try:
        return importlib.import_module("pysqlite3.dbapi2"), "WAL"
    except ImportError:
        return sqlite3, "TRUNCATE"


def _wal_is_safe(version: tuple[int, ...]) -> bool:
    return version >= _FIRST_SAFE or version[2] >= _ALSO_SAFE.get((version[0], version[1]), 999)


def _prepare_sqlite(dbapi: Any, journal: str) -> None:
    dbapi.isolation_level = None  # the driver must not begin by itself: `_begin_sqlite` says how
    for pragma in (
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"wal_autocheckpoint={_PAGES_BETWEEN_CHECKPOINTS}",
        f"cache_size=-{_CACHE_KB}",
        "secure_delete=FAST",  # what is erased later must not be left over from an earlier move of its row
    ):
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    kind = connection.get_execution_options().get("rpa_begin", "IMMEDIATE")
    if kind != "IMMEDIATE":
        driver.execute(f"BEGIN {kind}")
        return
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _begin_in_turn(driver, connection.dialect.loaded_dbapi.OperationalError)
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")


def _begin_in_turn(driver: Any, refused: type[Exception]) -> None:
    """Wait for the other writers with short, even pauses.

    SQLite's own waiting grows to 100 ms a look, during which others commit dozens of times: with two busy writers that
    made both together three times slower than one alone.
    """
    give_up, pause = time.monotonic() + _BUSY_TIMEOUT_MS / 1000, _FIRST_PAUSE
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except refused as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise OperationalError("BEGIN IMMEDIATE", None, error, hide_parameters=True) from error
        time.sleep(pause * (0.5 + random.random()))  # noqa: S311 - spreads the looks, keeps no secret
        pause = min(pause * 1.05, _LAST_PAUSE)


def _postgresql(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise UsageError(f"found a {url.get_backend_name()} database, expected sqlite or postgresql+psycopg")
    from rpa.db.libpq import Libpq  # an installation on SQLite starts sooner without the driver of PostgreSQL

    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=dict(_PATIENCE))
    event.listen(engine, "connect", lambda dbapi, _: _prepare_postgresql(dbapi))
    event.listen(engine, "handle_error", _leave_read_only)
    _give_runner(engine, Libpq)
    return engine


def _prepare_postgresql(dbapi: Any) -> None:
    settings = ", ".join(f"set_config('{name}', '{value}', false)" for name, value in _SESSION.items())
    dbapi.execute(f"SELECT {settings}")
    dbapi.commit()


def _leave_read_only(context: ExceptionContext) -> None:
    if is_read_only(context.original_exception):
        context.is_disconnect = True


def _give_runner(engine: Engine, make: Callable[[Any], Runner]) -> None:
    """Let each connection know how it runs prepared statements, in their order among all others."""
    event.listen(engine, "connect", lambda dbapi, record: record.info.update({RUNNER: make(dbapi)}))
    event.listen(engine, "before_cursor_execute", lambda connection, *_: send_waiting(connection))
    event.listen(engine, "rollback", _roll_back)
    event.listen(engine, "reset", lambda _dbapi, record, _state: record.info[RUNNER].roll_back())


def _roll_back(connection: Connection) -> None:
    if not connection.invalidated:  # one that was lost has nothing to take back
        connection.info[RUNNER].roll_back()
