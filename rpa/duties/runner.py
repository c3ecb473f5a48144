"""Does each duty every few seconds, all in one thread, whatever becomes of one of them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType

from loguru import logger

from rpa.clock import Clock

_LONGEST_BACKOFF = 60.0
_PATIENCE = 15.0
"""Seconds that a stop waits for the duty in hand, such as a mail server that doesn't answer."""


@dataclass(frozen=True, slots=True)
class Duty:
    """What is done every so many seconds. It must be right to do it twice, and on many workers at the same time."""

    name: str
    every: float
    do: Callable[[], object]
    brings_work: bool = False
    """Whether it may bring work. What `do` returns then says whether it knows of more that it will bring soon."""


class Duties:
    """Calls each duty when it is due. One that fails is logged and left alone for longer each time, up to a minute.

    `at_end` is called in the same thread after the last: it closes the thread's connection to the database.
    """

    def __init__(self, duties: Sequence[Duty], clock: Clock, *, at_end: Callable[[], None] | None = None) -> None:
        self._clock = clock
        self._duties = duties
        self._at_end = at_end
        self._due = {one.name: clock.monotonic() for one in duties}
        self._failures = dict.fromkeys(self._due, 0)
        self._bring = frozenset(one.name for one in duties if one.brings_work)
        self._to_ask, self._may_bring = set(self._bring), set[str]()
        self._is_at_rest = False
        self._lock = threading.Lock()
        self._stopped, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="duties", daemon=True)

    def __enter__(self) -> "Duties":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End. The duty in hand is waited for a while; it is built so that it may be cut off at any moment."""
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def do_due(self) -> float:
        """Do whatever is due once, the longest due first; return the seconds until the next is."""
        for one in sorted(self._duties, key=lambda one: self._due[one.name]):
            if self._due[one.name] <= self._clock.monotonic() and not self._stopped.is_set():
                self._do(one)
        return max(0.0, min(self._due.values(), default=_LONGEST_BACKOFF) - self._clock.monotonic())

    def come_to_rest(self) -> bool:
        """Return whether no duty has work to bring, none having begun before the last `go_on`; then none begins.

        Those that were not done since then are done at once: ask again until it is so.
        """
        with self._lock:
            self._is_at_rest = not self._to_ask and not self._may_bring
            self._due |= dict.fromkeys(self._to_ask, self._clock.monotonic())
        self._wake.set()
        return self._is_at_rest

    def go_on(self) -> None:
        """Do all duties: there is work, and its end may be what one of them waits for."""
        with self._lock:
            self._is_at_rest, self._to_ask = False, set(self._bring)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(self.do_due())
            self._wake.clear()
        if self._at_end is not None:
            self._at_end()

    def _do(self, one: Duty) -> None:
        wait = self._ended(one) if self._may_begin(one) else one.every
        self._due[one.name] = self._clock.monotonic() + wait

    def _may_begin(self, one: Duty) -> bool:
        with self._lock:
            if not one.brings_work or self._is_at_rest:
                return not one.brings_work
            self._to_ask.discard(one.name)
            self._may_bring.add(one.name)
            return True

    def _ended(self, one: Duty) -> float:
        """Do a duty, and return the seconds until it is due again."""
        wait, brings = one.every, False
        try:
            brings = bool(one.do())
        except Exception as error:  # a database that is away, a share that is gone: the next time may be better
            self._failures[one.name] += 1
            wait = min(one.every * 2 ** self._failures[one.name], max(one.every, _LONGEST_BACKOFF))
            # Its message may hold what somebody typed into a sheet: the type is all that is told.
            logger.warning("duty {} failed: {}; again in {:.0f} s", one.name, type(error).__name__, wait)
        else:
            self._failures[one.name] = 0
        if not brings:
            with self._lock:
                self._may_bring.discard(one.name)
        return wait
