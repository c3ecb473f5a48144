"""What a move of the queue still has to write at its end, job by job: its events, and how many fewer items are open."""

from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection

from rpa.audit import Event, Record
from rpa.audit.record import ChainEnd
from rpa.db.prepared import Answer
from rpa.moves import FEWER_OPEN


class Ledger:
    """Gathers while a move is made what would keep others of the same job waiting if it were written at once."""

    def __init__(self) -> None:
        self._events: dict[int, list[Event]] = {}
        self._ended: Counter[int] = Counter()

    def add(self, job_id: int, *events: Event) -> None:
        """Add events of a job, in the order they are to have in the record."""
        self._events.setdefault(job_id, []).extend(events)

    def one_less_open(self, job_id: int) -> None:
        """Add that one more item of a job neither waits nor runs."""
        self._ended[job_id] += 1

    def write(self, connection: Connection, record: Record, *, complete: Callable[[int], Event]) -> None:
        """Write it all; `complete` is called for a job without open items, and returns the event that tells of it."""
        # Sorted, so that two transactions with the same two jobs wait for each other in the same order; and all asked
        # for in one message, before the first answer is waited for.
        asked = [
            (job_id, self._left(connection, job_id), ChainEnd(connection, f"job-{job_id}"))
            for job_id in sorted(self._events)
        ]
        for job_id, left, end in asked:
            if left is not None and left.rows[0][0] == 0:
                self.add(job_id, complete(job_id))
            record.append_at(connection, end, self._events[job_id])

    def _left(self, connection: Connection, job_id: int) -> Answer | None:
        ended = self._ended[job_id]
        return FEWER_OPEN.later(connection, b_job=job_id, b_ended=ended) if ended else None
