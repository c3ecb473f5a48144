"""Watches the attempt in hand from a thread of its own: what has had its time, or may belong to another, is ended."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import TracebackType

from loguru import logger

from rpa.clock import Clock
from rpa.db.away import is_away
from rpa.exceptions import ClaimLost
from rpa.models import Claim
from rpa.queue import Queue

_GRACE_SECONDS = 20.0
LOST_LEASE = 75
"""Exit code of a process that ended itself because it could no longer be sure to hold its item."""


class Watch:
    """A sign of life and a time budget are two things: the lease is extended while the attempt runs within its time.

    A supervisor extends the lease of its slots and says so (`extended`); a worker without one is given `queue`, and
    extends it from here.
    """

    def __init__(self, clock: Clock, lease: timedelta, *, kill_browser: Callable[[], None],
                 queue: Queue | None = None) -> None:  # fmt: skip
        self._clock = clock
        self._lease = lease
        self._kill_browser = kill_browser
        self._queue = queue
        self._changed = threading.Condition()
        self._claim: Claim | None = None
        self._held_until = self._time_out = 0.0
        self._killed = self._stopped = False
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    @property
    def timed_out(self) -> bool:
        """Whether the last attempt had its time, so that its browser was closed under it."""
        return self._killed

    @contextmanager
    def over(self, claim: Claim, timeout: float, *, claimed_at: float) -> Iterator[None]:
        """Watch an attempt that may take `timeout` seconds, claimed when the monotonic clock showed `claimed_at`."""
        with self._changed:
            self._claim, self._killed = claim, False
            self._held_until = claimed_at + self._lease.total_seconds()
            self._time_out = self._clock.monotonic() + timeout
        try:
            yield
        finally:
            with self._changed:
                self._claim = None

    def extended(self, claim_id: str, asked_at: float) -> None:
        """Take note that the lease was extended by a statement begun when the monotonic clock showed `asked_at`."""
        with self._changed:
            if self._claim is not None and self._claim.id == claim_id:
                self._held_until = max(self._held_until, asked_at + self._lease.total_seconds())

    def check(self) -> None:
        """Make sure, right before something is sent to a target system, that the item is still this process's.

        Raises:
            ClaimLost: The lease is over by this process's own clock, which no pause of the process stops.
        """
        with self._changed:
            claim, over = self._claim, self._clock.monotonic() >= self._held_until
        if claim is not None and over:
            raise ClaimLost(f"the lease of item {claim.item_id} is over, expected it to be extended: nothing was sent")

    def _run(self) -> None:
        with self._changed:
            while not self._stopped:
                self._changed.wait(min(1.0, self._lease.total_seconds() / 6))
                if self._claim is not None:
                    self._look(self._claim)

    def _look(self, claim: Claim) -> None:
        now = self._clock.monotonic()
        if now > self._held_until or now > self._time_out + _GRACE_SECONDS:
            # Another worker may hold the item by now: nothing that this process still does may reach a target system.
            logger.error("ending this process: it can no longer be sure to hold item {}", claim.item_id)
            self._kill_browser()
            os._exit(LOST_LEASE)
        if now > self._time_out and not self._killed:
            logger.warning("item {} has had its time; closing its browser", claim.item_id)
            self._killed = True
            self._kill_browser()
        if self._queue is not None and now > self._held_until - self._lease.total_seconds() * 2 / 3:
            self._extend(self._queue, claim, now)

    def _extend(self, queue: Queue, claim: Claim, now: float) -> None:
        try:
            queue.extend(claim, self._lease)
        except ClaimLost:
            self._held_until = 0.0
        except Exception as error:
            if not is_away(error):
                raise
            # the lease itself is the limit of how long it may be away
            logger.warning("the lease of item {} could not be extended: {}", claim.item_id, type(error).__name__)
        else:
            self._held_until = now + self._lease.total_seconds()
