"""Looks for jobs that will not be done by their deadline."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from rpa.alarms import AlarmKind, last_raised, raise_alarm, wall_time
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import item, job, source_row
from rpa.states import ItemState, JobState, RowEnd

_HOUR = timedelta(hours=1)
_TOO_EARLY = timedelta(minutes=10)
"""A job that has been worked on for less tells nothing about its pace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a job gets on: what is left, and what was done in a span of time up to now."""

    left: int
    done: int
    span: timedelta

    def at_risk(self, now: datetime, deadline: datetime) -> bool:
        """Whether what is left will not be done by the deadline at this pace.

        The estimate is plain: left / done in the last hour, by the clock on the wall, opening hours or not. A job that
        made no progress in its last hour (its system may be closed for the night) is at risk an hour before its
        deadline, and one that is younger than ten minutes is not judged by its pace.
        """
        if now >= deadline or self.span < _TOO_EARLY:
            return now >= deadline
        needed = self.span * (self.left / self.done) if self.done else _HOUR
        return now + needed > deadline


class Deadlines:
    """Raises an alarm once when a job is at risk, and once more when its deadline has passed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def look(self) -> None:
        """Look at every open job that has a deadline."""
        now = self._clock.now()
        late = select(job).where(job.c.state == JobState.OPEN, job.c.deadline.is_not(None))
        with self._database.reading() as connection:
            found = connection.execute(late).all()
            paces = {one.id: _pace(connection, one.id, left=one.open_items, since=_begun(one.submitted_at,
                     one.not_before), now=now) for one in found}  # fmt: skip
        at_risk = [one for one in found if paces[one.id].at_risk(now, one.deadline)]
        with self._database.transaction() as connection:
            for one in at_risk:
                _raise_once(connection, one.id, deadline=one.deadline, pace=paces[one.id], now=now)


def _begun(submitted_at: datetime, not_before: datetime | None) -> datetime:
    return max(submitted_at, not_before or submitted_at)


def _pace(connection: Connection, job_id: int, *, left: int, since: datetime, now: datetime) -> Pace:
    span = min(_HOUR, max(now - since, timedelta()))
    ended = item.c.state.in_((ItemState.COMPLETED, ItemState.FAILED, ItemState.CANCELLED))
    # By way of the rows: a job's items have no index of their own, since it would cost every claim.
    mine = source_row.join(item, source_row.c.item_id == item.c.id)
    of_job = (source_row.c.job_id == job_id) & (source_row.c.ended == RowEnd.ITEM)
    counted = select(func.count(item.c.id.distinct())).select_from(mine)
    done = connection.execute(counted.where(of_job, ended, item.c.updated_at > now - span)).scalar_one()
    return Pace(left, done, span)


def _raise_once(connection: Connection, job_id: int, *, deadline: datetime, pace: Pace, now: datetime) -> None:
    raised = last_raised(connection, AlarmKind.DEADLINE_AT_RISK, str(job_id))
    if raised is not None and (now < deadline or raised >= deadline):
        return
    said = _said(job_id, deadline=deadline, pace=pace, passed=now >= deadline)
    raise_alarm(connection, AlarmKind.DEADLINE_AT_RISK, subject=str(job_id), said=said, now=now)


def _said(job_id: int, *, deadline: datetime, pace: Pace, passed: bool) -> str:
    items = "1 item is" if pace.left == 1 else f"{pace.left:,} items are"
    minutes = int(pace.span / timedelta(minutes=1))
    until = f"by {wall_time(deadline)}"
    fact = f"had to be done {until} and is not" if passed else f"will not be done {until} at its present pace"
    return (
        f"Job {job_id} {fact}: {items} left, {pace.done:,} were done in the last {minutes} minutes. "
        "Start more slots or workers, see whether a system is paused, or do the rest by hand."
    )
