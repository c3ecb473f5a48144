"""Counts the rows of large jobs no more often than that is worth it, however many browsers look at them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from rpa.models import Job, Totals
from rpa.views import Views

_LARGE = 5_000
"""Rows; those of a smaller job are counted whenever somebody looks."""
_TIMES, _LONGEST = 10.0, 15.0
"""What was counted is shown for so many times as long as it took, and for no more than so many seconds."""


@dataclass(frozen=True, slots=True)
class _Kept:
    totals: Totals
    until: float


class Counts:
    """Where the rows of jobs are, for pages that ask again and again."""

    def __init__(self, views: Views, *, clock: Callable[[], float] = monotonic) -> None:
        self._views = views
        self._clock = clock
        self._kept: dict[int, _Kept] = {}
        self._lock = threading.Lock()

    def of(self, job: Job) -> Totals:
        """Return where the rows of a job are; of a large one, perhaps as it was some seconds ago."""
        if job.rows_in < _LARGE:
            return self._views.totals(job.id)
        with self._lock:  # one counts, and the others wait for what it finds
            kept = self._kept.get(job.id)
            if kept is None or kept.until < self._clock():
                kept = self._kept[job.id] = self._counted(job)
            return kept.totals

    def forget(self, job_id: int) -> None:
        """Count anew the next time: somebody has changed something."""
        with self._lock:
            self._kept.pop(job_id, None)

    def _counted(self, job: Job) -> _Kept:
        began = self._clock()
        totals = self._views.totals(job.id)
        now = self._clock()
        return _Kept(totals, now + min(_TIMES * (now - began), _LONGEST))
