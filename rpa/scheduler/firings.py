"""The table of due times that were decided: each exactly once, in the transaction of what it led to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from rpa.alarms import AlarmKind, raise_alarm, wall_time
from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import firing, job
from rpa.models import Actor, ActorKind
from rpa.scheduler.decisions import Decision, Ended
from rpa.schedules import Due, Schedule
from rpa.states import JobState

# The row that says since when a schedule is looked after. Its key is no due time, so there is one for each schedule.
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_LOOK_BACK = timedelta(days=31)
"""What was due longer ago is left in the past: nobody wants the jobs of last year."""
_STILL_OPEN_AMONG = 50


class AlreadyDecided(Exception):  # noqa: N818 - somebody else was quicker, which is no error
    """Another worker decided this due time; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Firing:
    """What became of a due time, as stored."""

    due_at: datetime
    ended: Ended
    why: str | None
    job_id: int | None
    decided_at: datetime


class Firings:
    """What became of the due times of all schedules. `now` tells the present as all workers tell it."""

    def __init__(self, database: Database, record: Record, now: Callable[[], datetime]) -> None:
        self._database = database
        self._record = record
        self._now = now

    def begin(self, schedule: Schedule, now: datetime) -> None:
        """Look after a schedule from now on, if it is new, if its rule was changed, or if the clock went back."""
        with self._database.transaction() as connection:
            row = connection.execute(select(firing).where(_is_begin(schedule.name))).one_or_none()
            if row is not None and row.why == schedule.said and row.decided_at <= now:
                return
            values = {"why": schedule.said, "decided_at": now}
            if row is None:
                _insert(connection, schedule=schedule.name, due_at=_BEGIN, ended=Ended.STARTED, **values)
            else:
                connection.execute(update(firing).where(_is_begin(schedule.name)).values(**values))
            self._tell(connection, schedule.name, Ended.STARTED, rule=schedule.said)

    def decided_until(self, name: str, now: datetime) -> datetime:
        """Return the moment up to which every due time of a schedule was decided, as far as it lies in the past."""
        # Times are decided in their order, so the newest stands for all before it. One in the future was decided by a
        # clock that was ahead: it must not hide what is due before it, and its key keeps it from being done twice.
        mine = select(firing.c.due_at, firing.c.decided_at).where(firing.c.schedule == name)
        with self._database.reading() as connection:
            begin = connection.execute(mine.where(firing.c.due_at == _BEGIN)).one_or_none()
            past = mine.where(firing.c.due_at <= now).order_by(firing.c.due_at.desc()).limit(1)
            newest = connection.execute(past).one_or_none()
        known = [begin.decided_at] if begin else []
        known += [newest.due_at] if newest else []
        return max(*known, now - _LOOK_BACK) if known else now

    def still_open(self, name: str) -> int | None:
        """Return a job of a schedule that is not done yet."""
        fired = select(firing.c.job_id).where(firing.c.schedule == name, firing.c.job_id.is_not(None))
        newest = fired.order_by(firing.c.due_at.desc()).limit(_STILL_OPEN_AMONG)
        still = select(job.c.id).where(job.c.id.in_(newest), job.c.state == JobState.OPEN).limit(1)
        with self._database.reading() as connection:
            found: int | None = connection.execute(still).scalar()
        return found

    def is_decided(self, name: str, due: Due) -> bool:
        """Whether a due time was decided."""
        mine = select(firing.c.ended).where(firing.c.schedule == name, firing.c.due_at == due.at)
        with self._database.reading() as connection:
            return connection.execute(mine).first() is not None

    def made(self, job_id: int) -> bool:
        """Whether a job was made by a schedule."""
        with self._database.reading() as connection:
            return connection.execute(select(firing.c.job_id).where(firing.c.job_id == job_id)).first() is not None

    def fired(self, connection: Connection, name: str, due: Due, job_id: int) -> None:
        """Store, in the transaction that makes a job, that a due time made it.

        Raises:
            AlreadyDecided: It was decided before; the transaction must not be committed.
        """
        _insert(connection, schedule=name, due_at=due.at, ended=Ended.FIRED, job_id=job_id, decided_at=self._now())
        self._tell(connection, name, Ended.FIRED, due=due.at, moved_from=due.moved_from, job=job_id)

    def note(self, name: str, decisions: Sequence[Decision]) -> None:
        """Store why due times made no job; those that were decided in the meantime are left as they are.

        Raises:
            AlreadyDecided: Another worker decided one of them at this very moment; nothing was stored.
        """
        with self._database.transaction() as connection:
            within = firing.c.due_at.between(decisions[0].due.at, decisions[-1].due.at)
            there = set(connection.execute(select(firing.c.due_at).where(firing.c.schedule == name, within)).scalars())
            left = [one for one in decisions if one.due.at not in there]
            for one in left:
                _insert(connection, schedule=name, due_at=one.due.at, ended=one.ended, why=one.why,
                        decided_at=self._now())  # fmt: skip
            for (ended, why), same in groupby(left, key=lambda one: (one.ended, one.told or one.why)):
                dues = [one.due.at for one in same]
                self._tell(connection, name, ended, why=why, count=len(dues), due=dues[0], last=dues[-1])
            self._alarm(connection, name, [one for one in left if one.is_alarming])

    def latest(self, name: str, limit: int) -> Sequence[Firing]:
        """Return the newest due times of a schedule that were decided, newest first."""
        columns = (firing.c[one] for one in ("due_at", "ended", "why", "job_id", "decided_at"))
        mine = select(*columns).where(firing.c.schedule == name, firing.c.due_at > _BEGIN)
        with self._database.reading() as connection:
            rows = connection.execute(mine.order_by(firing.c.due_at.desc()).limit(limit)).all()
        return [Firing(row.due_at, Ended(row.ended), row.why, row.job_id, row.decided_at) for row in rows]

    def _tell(self, connection: Connection, name: str, ended: Ended, **facts: Any) -> None:
        told: Mapping[str, Any] = {
            "schedule": name,
            **{key: value for key, value in facts.items() if value is not None},
        }
        event = Event(f"schedule.{ended}", Actor(ActorKind.SCHEDULE, name), facts=told)
        self._record.append(connection, SYSTEM_RUN, event)

    def _alarm(self, connection: Connection, name: str, decisions: Iterable[Decision]) -> None:
        alarming = list(decisions)
        if alarming:
            said = _said(name, alarming)
            raise_alarm(connection, AlarmKind.SCHEDULE_MISSED, subject=name, said=said, now=self._now())


def _is_begin(name: str) -> Any:
    return (firing.c.schedule == name) & (firing.c.due_at == _BEGIN)


def _insert(connection: Connection, **values: object) -> None:
    try:
        connection.execute(insert(firing).values(**values))
    except IntegrityError:
        raise AlreadyDecided from None


def _said(name: str, decisions: Sequence[Decision]) -> str:
    last = decisions[-1]
    many = f", nor at {len(decisions) - 1:,} times before it" if len(decisions) > 1 else ""
    return (
        f"The schedule {name} started no job at {wall_time(last.due.at)}{many}: {last.told or last.why}. If it is "
        "still wanted, put right what is wrong and send the files with `rpa submit`. `rpa schedules` shows more."
    )
