"""A slot as its supervisor holds it: the process, the pipe to it, and how to end all that it started."""

import contextlib
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from uuid import uuid4

import psutil

from rpa.desk import Desk
from rpa.secrets.environment import MARK, environment_of_children
from rpa.settings import Settings
from rpa.slot import Began, Ended, SlotOrder, run_slot
from rpa.workers import Identity

Opener = Callable[[Settings, Identity], Desk]
_ENDS_WITHIN = 2.0
"""Seconds a process that was killed may take to be gone."""
_SPAWN = multiprocessing.get_context("spawn")  # the same on every system, and no locks of this process are copied


@dataclass(slots=True)
class InHand:
    """The attempt a slot makes, and since when by the monotonic clock."""

    item_id: int
    claim: str
    workflow: str
    since: float


@dataclass(slots=True)
class Slot:
    """One child process."""

    id: str
    number: int
    process: SpawnProcess
    pipe: "Connection[object, object]"
    started_at: float
    in_hand: InHand | None = None
    retiring: bool = False
    children: dict[int, psutil.Process] = field(default_factory=dict)

    @property
    def is_alive(self) -> bool:
        """Is its process there."""
        return self.process.is_alive()

    def tell(self, message: object) -> None:
        """Send it a message; one that is gone is found out by its process."""
        with contextlib.suppress(OSError):
            self.pipe.send(message)

    def hear(self, now: float) -> Iterator[Ended]:
        """Read what it said since: its attempt in hand is kept here, the ended ones are handed on."""
        with contextlib.suppress(EOFError, OSError):
            while self.pipe.poll():
                message = self.pipe.recv()
                if isinstance(message, Began):
                    self.in_hand = InHand(message.item_id, message.claim, message.workflow, now)
                elif isinstance(message, Ended):
                    self.in_hand = None
                    yield message

    def memory(self) -> int:
        """Return the bytes resident in memory over the slot, its driver and its browser."""
        total = 0
        for one in (self._itself(), *self._descendants()):
            with contextlib.suppress(psutil.Error):
                total += one.memory_info().rss if one is not None else 0
        return total

    def kill(self) -> None:
        """End it and everything it started, at once."""
        started = list(self._descendants())
        self.process.kill()
        self.process.join()
        ended = [*started, *self._orphans()]
        for one in ended:
            with contextlib.suppress(psutil.Error):
                one.kill()
        self.pipe.close()
        psutil.wait_procs(ended, timeout=_ENDS_WITHIN)

    def _itself(self) -> psutil.Process | None:
        try:
            return psutil.Process(self.process.pid)
        except psutil.Error:
            return None

    def _descendants(self) -> list[psutil.Process]:
        itself = self._itself()
        try:
            return itself.children(recursive=True) if itself is not None else []
        except psutil.Error:
            return []

    def _orphans(self) -> Iterator[psutil.Process]:
        """Find what a slot that died before had started: it carries the slot's mark in its environment."""
        for one in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if one.environ().get(MARK) == self.id:
                    yield one


def start_tracker() -> None:
    """Start what Python starts beside the first slot (it clears up after processes): it needs no secrets.

    Before any other thread reads the environment.
    """
    if os.name == "posix":
        with environment_of_children():
            resource_tracker.ensure_running()


def start_slot(settings: Settings, supervisor: str, number: int, *, opener: Opener) -> Slot:
    """Start a slot in a process of its own."""
    ours, theirs = _SPAWN.Pipe()
    order = SlotOrder(settings, uuid4().hex, supervisor, number, opener)
    process = _SPAWN.Process(target=run_slot, args=(order, theirs), name=f"rpa slot {number}")
    process.start()
    theirs.close()  # the slot has the only other end, so either end notices when the other is gone
    return Slot(order.id, number, process, ours, time.monotonic())
