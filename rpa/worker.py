"""The worker process: claims items and attempts them one by one, and shows a sign of life while it does."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import FrameType

from loguru import logger

from rpa.clock import Clock
from rpa.exceptions import ClaimLost
from rpa.executor import Executor
from rpa.models import Claim
from rpa.queue import Queue
from rpa.states import ItemState
from rpa.views import Views
from rpa.watch import Watch
from rpa.workers import Identity, Workers

POLL_SECONDS = 0.2


def _nothing(_: Claim) -> None:
    """Do nothing after an attempt."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One slot in this process. More workers on one database share its items."""

    queue: Queue
    executor: Executor
    workers: Workers
    views: Views
    clock: Clock
    lease: timedelta
    kill_browser: Callable[[], None]

    def run(self, me: Identity, *, until_idle: bool = False, after_item: Callable[[Claim], None] = _nothing) -> int:
        """Attempt items until told to stop, or until no item waits or runs; return how many attempts were made.

        `after_item` is told of every attempt that was made.
        The first SIGINT or SIGTERM lets the attempt in hand finish; the second ends the process at once, and the next
        worker takes over what it held.
        """
        self.workers.register(me)
        made = 0
        with (
            _stop_on_signal() as stop,
            Watch(self.queue, self.clock, self.lease, kill_browser=self.kill_browser) as watch,
        ):
            while not stop.is_set():
                self._rescue(me)
                claim = self._claim(me)
                while claim is not None:
                    attempted, claim = claim, self._attempt(me, claim, watch=watch, stop=stop)
                    made += 1
                    after_item(attempted)
                if until_idle and self.views.open_items(self._names) == 0:
                    break
                stop.wait(POLL_SECONDS)
        self.workers.end(me)
        return made

    @property
    def _names(self) -> tuple[str, ...]:
        return self.executor.workflows.names

    def _rescue(self, me: Identity) -> None:
        rescued = self.queue.rescue(dead_workers=self.workers.bury(me))
        if rescued:
            logger.info("rescued {} items that a lost worker held", rescued)

    def _claim(self, me: Identity) -> Claim | None:
        return self.queue.claim(me.id, self._names, lease=self.lease)

    def _attempt(self, me: Identity, claim: Claim, *, watch: Watch, stop: threading.Event) -> Claim | None:
        by = self.executor.actor(claim)
        try:
            with watch.over(claim, self.executor.workflows.get(claim.workflow).timeout):
                ending = self.executor.attempt(claim)
            if watch.timed_out and ending.state != ItemState.COMPLETED:
                # The closed browser is only how it was stopped; that it took too long is why.
                ending = replace(ending, code="TIMEOUT")
            if not stop.is_set():
                return self.queue.finish_and_claim(claim, ending, by=by, workflows=self._names, lease=self.lease,
                                                   worker_id=me.id)  # fmt: skip
            self.queue.finish(claim, ending, by=by)
        except ClaimLost as lost:
            logger.warning("{}", lost)
        return None


@contextmanager
def _stop_on_signal() -> Iterator[threading.Event]:
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    if threading.current_thread() is threading.main_thread():
        for number in before:
            signal.signal(number, handle)
    try:
        yield stop
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in before.items():
                signal.signal(number, handler)
