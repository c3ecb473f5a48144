"""How much somebody may ask for in a minute, so that a program or browser gone wild leaves the console to others."""

import threading
from datetime import datetime, timedelta
from math import ceil

from rpa.clock import Clock

MOST = 600
"""Requests of a program a minute."""
_EVERY = timedelta(minutes=1)


class Pace:
    """Counts the requests of each token or person, in the console's own memory: the count ends with the minute."""

    def __init__(self, clock: Clock, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._counts: dict[int, tuple[datetime, int]] = {}
        self._lock = threading.Lock()

    def wait(self, whose: int) -> int:
        """Count a request; return how many seconds must pass first, 0 if none."""
        now = self._clock.now()
        with self._lock:
            since, number = self._counts.get(whose, (now, 0))
            if now - since >= _EVERY:
                since, number = now, 0
            if number >= self._most:
                return ceil((since + _EVERY - now).total_seconds())
            self._counts[whose] = since, number + 1
        return 0
