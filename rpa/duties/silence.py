"""Looks for workers that gave no sign of life, so that one that hangs or lost its machine is not noticed too late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from rpa.alarms import AlarmKind, last_raised, raise_alarm, wall_time
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import worker

_WEEK = timedelta(days=7)
"""Silences that began earlier are history: they were told of, or nobody worked at all."""


class Silence:
    """Raises an alarm once for each silence of a worker. Slots are left to their supervisor.

    `after` is how long a worker may be silent. `lease` tells one that ended from one that others took for lost: who
    ends says so soon after its last sign of life.
    """

    def __init__(self, database: Database, clock: Clock, *, after: timedelta, lease: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._after = after
        self._lease = lease

    def look(self) -> None:
        """Raise an alarm for each worker that was not seen for too long and did not end."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            for one in self._silent(connection, now):
                raised = last_raised(connection, AlarmKind.WORKER_SILENT, one.id)
                if raised is None or raised < one.seen_at:
                    said = _said(one.host, one.pid, since=wall_time(one.seen_at))
                    raise_alarm(connection, AlarmKind.WORKER_SILENT, subject=one.id, said=said, now=now)

    def _silent(self, connection: Connection, now: datetime) -> list[Row[Any]]:
        supervisors = select(worker).where(worker.c.parent.is_(None), worker.c.seen_at > now - _WEEK)
        lately = connection.execute(supervisors).all()
        quiet = [one for one in lately if one.seen_at < now - self._after]
        return [one for one in quiet if one.ended_at is None or self._is_lost(one, lately)]

    def _is_lost(self, one: Row[Any], lately: Sequence[Row[Any]]) -> bool:
        """Whether others took it for lost and none has taken its place on its machine."""
        replaced = any(other.host == one.host and other.ended_at is None for other in lately if other.id != one.id)
        return bool(one.ended_at - one.seen_at > self._lease) and not replaced


def _said(host: str, pid: int, *, since: str) -> str:
    return (
        f"The worker on {host} (process {pid}) gave no sign of life since {since}. What it held goes to other workers "
        "when its lease ends. See whether that machine runs and reaches the database; then start the worker again."
    )
