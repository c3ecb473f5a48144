"""Verifies the record all the time: the runs of jobs that were completed soon after, and everything once a day."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, cast, func, literal, select

from rpa.alarms import AlarmKind, raise_alarm
from rpa.audit.against import Against
from rpa.audit.findings import Finding
from rpa.audit.part import Part
from rpa.audit.verify import verify, verify_run
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import chain, duty, event, job
from rpa.duties.rota import Rota
from rpa.exceptions import RecordError

_NEW, _WHOLE, _SEALS = "record of completed jobs", "whole record", "seals of the record"
_NEW_EVERY = timedelta(minutes=5)
_WHOLE_EVERY = timedelta(days=1)
_SEALS_EVERY, _SEALS_OF = timedelta(hours=1), timedelta(hours=2)
_HOLD = timedelta(hours=1)
"""How long nobody else verifies, should the one who does it die in between."""
_OVERLAP = timedelta(minutes=1)
"""A job whose machine's clock is late is looked at twice rather than never."""
_SLICE = 2.0
"""Seconds of verifying at a time: schedules and the drop folder wait in the same thread. One run is never cut."""


def last_whole_look(connection: Connection) -> datetime | None:
    """Return when a look at the whole record last came to its end; None before the first has, or while one goes on."""
    found = connection.execute(select(duty).where(duty.c.name == _WHOLE)).one_or_none()
    return None if found is None or found.reached else found.due_at - _WHOLE_EVERY


class Soundness:
    """Raises an alarm for each run of the record that does not verify, each time it is looked at."""

    def __init__(self, database: Database, clock: Clock, rota: Rota, *, known: Callable[[Part], Against]) -> None:
        self._database = database
        self._clock = clock
        self._rota = rota
        self._known = known

    def look(self) -> None:
        """Verify for a little while, where the last look of any worker ended."""
        since = self._rota.take(_NEW, hold=_HOLD)
        if since is not None:
            reached = self._verify_completed(since)
            self._rota.done(_NEW, again_in=_NEW_EVERY, reached=reached)
        after = self._rota.take(_WHOLE, hold=_HOLD)
        if after is not None:
            reached = self._verify_on(after)
            self._rota.done(_WHOLE, again_in=timedelta() if reached else _WHOLE_EVERY, reached=reached)

        if self._rota.take(_SEALS, hold=_HOLD) is not None:
            self._verify_seals()
            self._rota.done(_SEALS, again_in=_SEALS_EVERY, reached="")

    def _verify_seals(self) -> None:
        """Hold what was sealed lately against its seals and their copies: what was cut off at the end shows there."""
        with suppress(RecordError):  # a key that can't be read is told of by whoever seals
            against = self._known(Part(self._clock.now() - _SEALS_OF))
            if against.keys is not None:
                self._raise(verify(self._database, against=against).findings[:1])

    def _verify_completed(self, since: str) -> str:
        """Verify the runs of jobs that were completed since then; return up to when that was done."""
        now, end = self._clock.now(), self._clock.monotonic() + _SLICE
        reached = datetime.fromisoformat(since) if since else now - _WHOLE_EVERY
        completed = select(job.c.id, job.c.completed_at).where(job.c.completed_at > reached)
        with self._database.reading() as connection:
            found = connection.execute(completed.order_by(job.c.completed_at, job.c.id)).all()
        for number, completed_at in found:
            self._verify(f"job-{number}")
            if self._clock.monotonic() >= end:
                return str(completed_at.isoformat())
        return (now - _OVERLAP).isoformat()

    def _verify_on(self, run: str) -> str:
        """Verify the runs after that one, in the order of their names; return the last, or nothing at the end."""
        end = self._clock.monotonic() + _SLICE
        following = self._next_run(run)
        while following is not None:
            run = following
            self._verify(run)
            if self._clock.monotonic() >= end:
                return run
            following = self._next_run(run)
        with self._database.reading() as connection:
            strays = [*_jobs_without_run(connection), *_runs_without_chain(connection)]
        self._raise(strays)
        return ""

    def _next_run(self, run: str) -> str | None:
        with self._database.reading() as connection:
            found: str | None = connection.execute(select(func.min(chain.c.run)).where(chain.c.run > run)).scalar()
        return found

    def _verify(self, run: str) -> None:
        self._raise(verify_run(self._database, run).findings[:1])

    def _raise(self, findings: Iterable[Finding]) -> None:
        for one in findings:
            what = str(one).rstrip(".")
            said = f"The record does not verify: {what}. Keep the database as it is, and call the digital team."
            with self._database.transaction() as connection:
                raise_alarm(connection, AlarmKind.RECORD_BROKEN, subject=one.run, said=said, now=self._clock.now())


def _jobs_without_run(connection: Connection) -> list[Finding]:
    run = literal("job-") + cast(job.c.id, String)
    lost = select(run).where(~select(chain.c.run).where(chain.c.run == run).exists())
    return [
        Finding(one, 1, "is missing: the job is there, its run is not") for one in connection.execute(lost).scalars()
    ]


def _runs_without_chain(connection: Connection) -> list[Finding]:
    strays = select(event.c.run).where(event.c.run.not_in(select(chain.c.run))).distinct()
    return [Finding(one, 1, "belongs to a run that was never begun") for one in connection.execute(strays).scalars()]
