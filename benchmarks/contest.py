"""Contestants of the benchmarks: the library and its peers, each asked the same, in processes of its own."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psutil

from benchmarks.servers import PEERS, ROOT, postgresql, redis

_SCRIPTS = Path(__file__).with_name("peers")
_MARK = "BENCH_ARENA"
"""Variable by which everything that was started for an arena is found again."""
PATIENCE = 300.0
"""Seconds after which a contestant is given up."""


@dataclass(frozen=True)
class Contestant:
    """How one engine is asked."""

    name: str
    command: Sequence[str | Path]
    place: Callable[[Path], str]
    """Makes an empty database, in a folder if it is a file, and returns its address."""
    environment: Mapping[str, str] = field(default_factory=dict)
    in_bulk: bool = True
    """Whether there is a way to submit many items at once."""

    @contextmanager
    def arena(self) -> Iterator["Arena"]:
        """Yield a fresh installation, and end all that was started there."""
        with TemporaryDirectory(prefix="rpa-bench-", ignore_cleanup_errors=True) as folder:
            arena = Arena(self, Path(folder))
            try:
                yield arena
            finally:
                arena.end_all()


class Arena:
    """One fresh database of a contestant, and the processes that work on it."""

    def __init__(self, contestant: Contestant, folder: Path) -> None:
        self.marks = Marks(folder / "marks")
        self.effects = folder / "effects"
        self._command = list(contestant.command)
        self._mark = uuid4().hex
        self._environment = {
            **os.environ, **contestant.environment, _MARK: self._mark, "PYTHONPATH": str(ROOT),
            "BENCH_ADDRESS": contestant.place(folder), "BENCH_FOLDER": str(folder),
            "BENCH_MARKS": str(self.marks.folder), "BENCH_EFFECTS": str(self.effects),
        }  # fmt: skip

    def ask(self, *arguments: str, **environment: str) -> dict[str, Any]:
        """Ask something in a process of its own, and return the answer."""
        asked = subprocess.run([*self._command, *arguments], env=self._environment | environment, cwd=_SCRIPTS,
                               check=True, stdout=subprocess.PIPE, timeout=PATIENCE)  # fmt: skip
        answered: dict[str, Any] = json.loads(asked.stdout.splitlines()[-1])
        return answered

    def start_worker(self, name: str) -> "Working":
        """Start a worker with an identity of its own."""
        mark = uuid4().hex
        with (self.marks.folder.parent / f"worker-{name}.log").open("ab") as log:
            process = subprocess.Popen([*self._command, "work"], cwd=_SCRIPTS, stdout=log, stderr=log,
                                       env=self._environment | {"BENCH_WORKER": name, _MARK_OF_ONE: mark},
                                       start_new_session=True)  # fmt: skip
        return Working(process, mark)

    def end_all(self) -> None:
        """End what was started here, at once."""
        _kill(_MARK, self._mark)


_MARK_OF_ONE = "BENCH_WORKING"


@dataclass(frozen=True)
class Working:
    """A worker, with all the processes it has started."""

    process: "subprocess.Popen[bytes]"
    mark: str

    def kill(self) -> None:
        """Kill all of it with SIGKILL, as when its machine loses power."""
        _kill(_MARK_OF_ONE, self.mark)
        self.process.wait()


class Marks:
    """When the bodies of items began, by process; all by the machine's one monotonic clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def times(self) -> list[list[float]]:
        """Return the times of each process in order."""
        found = (path.read_bytes() for path in self.folder.iterdir())
        return [[time for (time,) in struct.iter_unpack("d", content)] for content in found]

    def count(self) -> int:
        """Return how many bodies have begun."""
        return sum(path.stat().st_size // 8 for path in self.folder.iterdir())

    def wait_for(self, number: int, *, patience: float = PATIENCE) -> None:
        """Wait until so many bodies have begun."""
        give_up = time.monotonic() + patience
        while self.count() < number:
            assert time.monotonic() < give_up, f"{self.count():,} of {number:,} items were begun in {patience:.0f} s"
            time.sleep(0.02)

    def clear(self) -> None:
        """Forget all of them; the processes go on in the same files."""
        for path in self.folder.iterdir():
            os.truncate(path, 0)


def _kill(name: str, mark: str) -> None:
    for one in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if one.environ().get(name) == mark:
                one.send_signal(signal.SIGKILL)


@contextmanager
def contestants() -> Iterator[list[Contestant]]:
    """Yield all of them, with their servers running."""
    with ExitStack() as stack:
        server, broker = stack.enter_context(postgresql()), stack.enter_context(redis())

        def on_server(_: Path) -> str:
            return server.fresh()

        def for_sqlalchemy(_: Path) -> str:
            return server.fresh().replace("postgresql://", "postgresql+psycopg://", 1)

        def on_broker(_: Path) -> str:
            subprocess.run([PEERS, "-c", f"import redis; redis.Redis.from_url({broker!r}).flushall()"], check=True)
            return broker

        ours = [sys.executable, "-m", "benchmarks.ours"]
        yield [
            Contestant("rpa, SQLite", ours, lambda folder: f"sqlite:///{folder / 'rpa.db'}"),
            Contestant("rpa, PostgreSQL", ours, for_sqlalchemy),
            Contestant("procrastinate, PostgreSQL", _peer("procrastinate"), on_server),
            Contestant("DBOS, SQLite", _peer("dbos"), lambda folder: f"sqlite:///{folder / 'dbos.db'}", in_bulk=False),
            Contestant("DBOS, PostgreSQL", _peer("dbos"), on_server, in_bulk=False),
            Contestant("huey, SQLite", _peer("huey"), lambda folder: str(folder / "huey.db"), in_bulk=False),
            Contestant("huey, PostgreSQL", _peer("huey"), on_server, in_bulk=False),
            Contestant("Celery, Redis", _peer("celery"), on_broker, in_bulk=False),
            Contestant("Celery, Redis, late", _peer("celery"), on_broker, {"BENCH_LATE": "1"}, in_bulk=False),
        ]


def _peer(name: str) -> list[str | Path]:
    return [PEERS, _SCRIPTS / f"{name}_peer.py"]
