"""What is measured every few seconds: memory, open files and connections of each process, and what is left lying."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import text

from rpa.desk import Desk
from rpa.secrets.environment import MARK
from tests.acceptance.soak.installation import Installation
from tests.acceptance.survival.running import RunningWorker, lives

_MEGABYTE = 1_000_000
_LEFT = (".part", ".tmp")


@dataclass(frozen=True)
class Look:
    """One look at a process: how old it is, what it holds in memory, and how many files and sockets are open."""

    at: float
    pid: int
    age: float
    megabytes: float
    files: int
    sockets: int


@dataclass
class Samples:
    """All that was seen, by the seconds since the beginning."""

    supervisors: dict[int, list[Look]] = field(default_factory=dict)
    slots: dict[int, list[Look]] = field(default_factory=dict)
    browsers: list[tuple[float, float]] = field(default_factory=list)
    """Megabytes of all browsers and their drivers together."""
    counts: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """By name: what there was of a thing."""
    zombies: set[int] = field(default_factory=set)
    orphans: set[int] = field(default_factory=set)
    """Those that three samples in a row found."""


class Sampler:
    """Takes samples of an installation."""

    def __init__(self, office: Installation, desk: Desk) -> None:
        self.samples = Samples()
        self._office = office
        self._desk = desk
        self._suspects: dict[int, int] = {}

    def take(self, at: float) -> None:
        workers = [one for one in self._office.workers if not one.has_ended]
        self._look_at_processes(at, workers)
        self._look_for_what_outlives(workers)
        for name, value in self._counted():
            self.samples.counts.setdefault(name, []).append((at, value))

    def _look_at_processes(self, at: float, workers: Iterable[RunningWorker]) -> None:
        held = 0.0
        for worker in workers:
            slots = worker.slots()
            with suppress(psutil.Error):
                self._note(self.samples.supervisors, at, psutil.Process(worker.pid))
            for slot in slots:
                with suppress(psutil.Error):
                    self._note(self.samples.slots, at, slot)
                    held += sum(map(_megabytes, slot.children(recursive=True)))
        self.samples.browsers.append((at, held))

    def _note(self, of: dict[int, list[Look]], at: float, process: psutil.Process) -> None:
        looks = of.setdefault(process.pid, [])
        with process.oneshot():
            # By this clock rather than the wall's: that one may jump.
            age = at - looks[0].at if looks else 0.0
            sockets = len(process.net_connections())
            looks.append(Look(at, process.pid, age, _megabytes(process), process.num_fds(), sockets))

    def _look_for_what_outlives(self, workers: Iterable[RunningWorker]) -> None:
        """Find zombies of ours, and whatever works on although no slot has it: for a moment either is in order."""
        kept = {one.pid: one for worker in workers for one in _family(worker)}
        slots = {one.id for one in self._desk.workers.at_work()}
        zombies = {pid for pid, one in kept.items() if not lives(one)}
        # A browser has helpers that are nobody's children, and bear its slot's mark all the same.
        orphans = {one.pid for one in self._office.processes() if _slot_of(one) not in slots} - kept.keys()
        self._suspects = {pid: self._suspects.get(pid, 0) + 1 for pid in zombies | orphans}
        lasting = {pid for pid, times in self._suspects.items() if times >= 3}
        self.samples.zombies |= lasting & zombies
        self.samples.orphans |= lasting & orphans

    def _counted(self) -> Iterator[tuple[str, float]]:
        folder = self._office.folder
        yield "temporary files", sum(1 for _ in self._office.temporary.iterdir())
        # Folders come and go meanwhile: `os.walk` passes over what is gone, `rglob` does not.
        names = (name for _, _, names in os.walk(folder) for name in names)
        yield "parts of files", sum(1 for name in names if Path(name).suffix in _LEFT)
        yield "log, MB", _size(folder.joinpath("logs").glob("*"))
        yield "open items", self._desk.views.open_items()
        if self._desk.database.kind == "sqlite":
            yield "write-ahead log, MB", _size(folder.glob("rpa.db-wal"))
        else:
            yield "connections of the database", self._connections()

    def _connections(self) -> int:
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with self._desk.database.engine.connect() as connection:
            return int(connection.execute(text(others)).scalar_one())


def _family(worker: RunningWorker) -> list[psutil.Process]:
    try:
        supervisor = psutil.Process(worker.pid)
        return [supervisor, *supervisor.children(recursive=True)]
    except psutil.Error:
        return []


def _slot_of(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except psutil.Error:
        return None


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / _MEGABYTE
    except psutil.Error:
        return 0.0


def _size(paths: Iterable[Path]) -> float:
    total = 0
    for one in paths:
        with suppress(OSError):  # it was there when its name was read
            total += one.stat().st_size
    return total / _MEGABYTE
