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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psutil

from benchmarks.servers import PEERS, ROOT, Postgresql, Redis, postgresql, redis

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
    begins_all_at_once: bool = False
    """Whether a worker begins all that waits, each item in a thread: then the ends are waited for."""
    claims_one: bool = False
    """Whether there is such a thing as the claim of one item."""
    is_endless: bool = False
    """Whether its workers go on without items; then all of them are waited for."""
    stepping_in: str = "nobody"
    """Who has to step in for what a killed worker held."""
    comes_back: bool = False
    """Whether that is done by a worker with the name of the one that was killed."""

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
        self._workers: list[Working] = []
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
        self._workers.append(Working(process, mark))
        return self._workers[-1]

    def end_all(self) -> None:
        """End what was started here, at once."""
        _kill(_MARK, self._mark)
        for one in self._workers:
            one.process.wait()


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

    def counts(self) -> list[int]:
        """Return how many bodies have begun in each process."""
        return [path.stat().st_size // 8 for path in self.folder.iterdir()]

    def wait_for(self, number: int, *, processes: int = 0) -> None:
        """Wait until so many bodies have begun, and their share in each of so many processes."""
        give_up = time.monotonic() + PATIENCE
        while sum(found := self.counts()) < number or sum(one * processes >= number for one in found) < processes:
            assert time.monotonic() < give_up, f"{sum(found):,} of {number:,} items were begun in {PATIENCE:.0f} s"
            time.sleep(0.02)


def _kill(name: str, mark: str) -> None:
    for one in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if one.environ().get(name) == mark:
                one.send_signal(signal.SIGKILL)


@contextmanager
def contestants(*, floors: bool = False, peers: bool = True) -> Iterator[list[Contestant]]:
    """Yield them with their servers running: the library, its peers, and, if asked for, the bare floors."""
    with ExitStack() as stack:
        server = stack.enter_context(postgresql())
        found = [*(_floors(server) if floors else ()), *_ours(server)]
        if peers:
            found += [*_on_databases(server), *_on_redis(stack.enter_context(redis()))]
        yield found


def _floors(server: Postgresql) -> list[Contestant]:
    floor = partial(Contestant, command=[sys.executable, "-m", "benchmarks.floors"], is_endless=True)
    return [floor("floor, SQLite", place=_sqlite("floor.db")), floor("floor, PostgreSQL", place=server.fresh)]


def _ours(server: Postgresql) -> list[Contestant]:
    ours = partial(Contestant, command=[sys.executable, "-m", "benchmarks.ours"], claims_one=True,
                   stepping_in="a person, who says `rpa retry` to an item that three kills have hit")  # fmt: skip
    return [
        ours("rpa, SQLite", place=_sqlite("rpa.db")),
        ours("rpa, PostgreSQL", place=server.fresh_for_sqlalchemy),
    ]


def _on_databases(server: Postgresql) -> list[Contestant]:
    called = "somebody calls `retry_job` for what `get_stalled_jobs` lists"
    procrastinate = Contestant("procrastinate, PostgreSQL", _peer("procrastinate"), server.fresh, claims_one=True,
                               stepping_in=called)  # fmt: skip
    dbos = partial(Contestant, command=_peer("dbos"), in_bulk=False, begins_all_at_once=True, comes_back=True,
                   stepping_in="somebody starts a process with the dead one's executor id")  # fmt: skip
    huey = partial(Contestant, command=_peer("huey"), in_bulk=False, claims_one=True,
                   stepping_in="nobody can: a task is deleted before it runs")  # fmt: skip
    return [
        procrastinate,
        dbos("DBOS, SQLite", place=_sqlite("dbos.db")),
        dbos("DBOS, PostgreSQL", place=server.fresh),
        huey("huey, SQLite", place=lambda folder: str(folder / "huey.db")),
        huey("huey, PostgreSQL", place=server.fresh),
    ]


def _on_redis(broker: Redis) -> list[Contestant]:
    celery = partial(Contestant, command=_peer("celery"), in_bulk=False)
    early = "nobody can: a task is acknowledged before it runs; what was fetched ahead waits for an hour"
    late = "nobody, once the visibility timeout is over"
    return [
        celery("Celery, Redis", place=broker.place(0), stepping_in=early),
        celery("Celery, Redis, acks_late", place=broker.place(1), environment={"BENCH_LATE": "1"}, stepping_in=late),
    ]


def _peer(name: str) -> list[str | Path]:
    return [PEERS, _SCRIPTS / f"{name}_peer.py"]


def _sqlite(name: str) -> Callable[[Path], str]:
    return lambda folder: f"sqlite:///{(folder / name).as_posix()}"
