"""The loop of one slot: claims items, attempts them one by one, and waits while nothing is due."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import FrameType
from typing import Protocol

from loguru import logger

from rpa.clock import Clock
from rpa.db.away import if_there, is_away, patiently
from rpa.db.leases import LeaseClock
from rpa.db.waking import Waker
from rpa.exceptions import ClaimLost
from rpa.executor import Executor
from rpa.models import Claim, Ending
from rpa.queue import Queue
from rpa.states import ItemState
from rpa.watch import Watch
from rpa.workers import Identity, Workers

WAIT_SECONDS = 1.0
"""Longest wait of an idle slot before it looks for items whose time has come."""


class Report(Protocol):
    """Told of what a slot does."""

    def began(self, claim: Claim) -> None:
        """An attempt begins."""

    def ended(self, claim: Claim) -> None:
        """An attempt has ended, and its ending is stored."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Calls a function with the job of each item that was attempted."""

    after_item: Callable[[int], object] = int

    def began(self, claim: Claim) -> None:
        """Say nothing yet."""

    def ended(self, claim: Claim) -> None:
        """Call the function."""
        self.after_item(claim.job_id)


@dataclass(frozen=True, slots=True)
class Worker:
    """One slot in this process. More of them on one database share its items."""

    queue: Queue
    executor: Executor
    workers: Workers
    watch: Watch
    waker: Waker
    clock: Clock
    leases: LeaseClock
    lease: timedelta
    settle: Callable[[Claim], None] = lambda _claim: None
    """Called with each new claim: leaves the systems that it doesn't need."""
    idle: Callable[[], None] = lambda: None
    """Called when nothing is due."""
    report: Report = field(default_factory=Telling)
    stop: threading.Event = field(default_factory=threading.Event)
    """Set to end the loop after the attempt in hand."""

    def run(self, me: Identity, *, until: Callable[[], bool] = bool) -> int:
        """Attempt items until told to stop, or until `until` says so while none is due; return the attempts made."""
        made = 0
        with self.watch, closing(self.waker):
            while not self.stop.is_set():
                asked_at = self.clock.monotonic()
                claim = self._claim(me)
                while claim is not None:
                    claim, asked_at = self._attempt(me, claim, asked_at)
                    made += 1
                if self.stop.is_set() or until():
                    break
                if_there(self.idle)
                self.waker.wait(WAIT_SECONDS)
        return made

    def run_alone(self, me: Identity, *, until: Callable[[], bool] = bool) -> int:
        """Do as `run` in a process without a supervisor: say who works, and rescue what others lost.

        The first SIGINT or SIGTERM lets the attempt in hand come to its next step; the second ends the process at
        once, and the next worker takes over what it held.
        """
        self.workers.register(me)
        with _stop_on_signal(self.stop):
            self._rescue(me)
            made = replace(self, idle=lambda: self._rescue(me)).run(me, until=until)
        self.queue.free_seats(me.id)
        self.workers.end(me)
        return made

    @property
    def _names(self) -> tuple[str, ...]:
        return self.executor.workflows.names

    def _rescue(self, me: Identity) -> None:
        rescued = self.queue.rescue(dead_workers=self.workers.bury(me), lease=self.lease)
        if rescued:
            logger.info("rescued {} items that a lost worker held", rescued)

    def _claim(self, me: Identity) -> Claim | None:
        """Take the next item; when the answer to that was lost, what the database says this slot holds counts."""
        try:
            return self.queue.claim(me.id, self._names, lease=self.lease)
        except Exception as error:
            if not is_away(error):
                raise
            return self._held(me)

    def _held(self, me: Identity) -> Claim | None:
        try:
            return patiently(lambda: self.queue.held_by(me.id), until=self.stop)
        except Exception as error:
            if not is_away(error):
                raise
            return None  # told to stop while the database was away: the supervisor or the next worker rescues

    def _attempt(self, me: Identity, claim: Claim, claimed_at: float) -> tuple[Claim | None, float]:
        self.report.began(claim)
        ending = self._ending(claim, claimed_at)
        asked_at = self.clock.monotonic()
        following = self._finish(me, claim, ending)
        self.report.ended(claim)
        return following, asked_at

    def _ending(self, claim: Claim, claimed_at: float) -> Ending:
        timeout = self.executor.workflows.get(claim.workflow).timeout
        try:
            with self.watch.over(claim, timeout, claimed_at=claimed_at):
                if not if_there(lambda: self.settle(claim)):
                    return Ending(ItemState.PENDING, given_back="the database was away")
                ending = self.executor.attempt(claim)
        except ClaimLost as lost:
            logger.warning("{}", lost)
            self.leases.look()  # the database's clock may have jumped, and no lease be over
            # Should nobody have taken it yet: this slot's leases are extended, so nobody would, as long as it lives.
            return Ending(ItemState.PENDING, given_back="its lease was over")
        if self.watch.timed_out and ending.state != ItemState.COMPLETED:
            # The closed browser is only how it was stopped; that it took too long is why.
            return replace(ending, code="TIMEOUT")
        return ending

    def _finish(self, me: Identity, claim: Claim, ending: Ending) -> Claim | None:
        """Store how an attempt ended, and take the next item, however long the database is away meanwhile."""
        while True:
            try:
                return self._finish_once(me, claim, ending)
            except ClaimLost as lost:
                logger.warning("{}", lost)
                return None
            except Exception as error:
                if not is_away(error):
                    raise
            held = self._held(me)
            if held is None or held.id != claim.id:
                return held  # the commit was made, and only its answer was lost

    def _finish_once(self, me: Identity, claim: Claim, ending: Ending) -> Claim | None:
        by = self.executor.actor(claim)
        if self.stop.is_set() or ending.given_back is not None:
            self.queue.finish(claim, ending, by=by)
            return None
        return self.queue.finish_and_claim(claim, ending, by=by, workflows=self._names, lease=self.lease,
                                           worker_id=me.id)  # fmt: skip


@contextmanager
def _stop_on_signal(stop: threading.Event) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    if threading.current_thread() is threading.main_thread():
        for number in before:
            signal.signal(number, handle)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)
