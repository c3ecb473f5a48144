"""Looks for workers that gave no sign of life, so that one that hangs or lost its machine is not noticed too late."""

from datetime import timedelta

from sqlalchemy import select

from rpa.alarms import AlarmKind, last_raised, raise_alarm, wall_time
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import worker


class Silence:
    """Raises an alarm once for each silence of a worker. Slots are left to their supervisor."""

    def __init__(self, database: Database, clock: Clock, *, after: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._after = after

    def look(self) -> None:
        """Raise an alarm for each worker that neither ended nor was seen for too long."""
        now = self._clock.now()
        silent = select(worker).where(
            worker.c.ended_at.is_(None), worker.c.parent.is_(None), worker.c.seen_at < now - self._after
        )
        with self._database.transaction() as connection:
            for one in connection.execute(silent).all():
                raised = last_raised(connection, AlarmKind.WORKER_SILENT, one.id)
                if raised is None or raised < one.seen_at:
                    said = _said(one.host, one.pid, since=wall_time(one.seen_at))
                    raise_alarm(connection, AlarmKind.WORKER_SILENT, subject=one.id, said=said, now=now)


def _said(host: str, pid: int, *, since: str) -> str:
    return (
        f"The worker on {host} (process {pid}) gave no sign of life since {since}. What it held goes to other workers "
        "when its lease ends. See whether that machine runs and reaches the database; then start the worker again."
    )
