"""What is over its time by the settings' rules, and its removal: each kind has a time of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, delete, func, literal, select

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import evidence, job, payload
from rpa.erasure import Decision, Eraser, expired_jobs, oldest
from rpa.evidence import EvidenceStore
from rpa.logs.files import old_files, remove_old_files
from rpa.settings import Settings

_AT_ONCE = 200
"""Files, or runs, of one transaction."""


class Kind(StrEnum):
    """What has a time of its own, by the name of its setting."""

    PAYLOADS = "payloads"
    """Payloads of the record, and with them the rows, kept steps and values in the queue's tables."""
    INPUTS = "inputs"
    """Workbooks that were sent."""
    PICTURES = "pictures"
    """Screenshots."""
    TRACES = "traces"
    """Recordings of a browser."""
    FILES = "files"
    """Whatever else a workflow kept as evidence."""
    LOGS = "logs"
    """Files of the log; their time stands under `[logs]`, and workers remove them by themselves."""


_STORED = {Kind.INPUTS: "input", Kind.PICTURES: "screenshot", Kind.TRACES: "trace"}


@dataclass(frozen=True, slots=True)
class Due:
    """What of a kind is over its time."""

    kind: Kind
    days: int | None
    """None where the settings give no time: it is kept."""
    count: int = 0
    oldest: datetime | None = None


class Retention:
    """Says what is due, and removes it."""

    def __init__(self, settings: Settings, database: Database, clock: Clock, *, eraser: Eraser, files: EvidenceStore,
                 record: Record) -> None:  # fmt: skip
        self._settings = settings
        self._database = database
        self._clock = clock
        self._eraser = eraser
        self._files = files
        self._record = record

    def plan(self) -> list[Due]:
        """Return what would be removed now, kind by kind."""
        return [self._due(kind, self._days(kind)) for kind in Kind]

    def run(self, *, by: Decision) -> dict[Kind, int]:
        """Remove what is due and return how much of each kind it was; the record tells of it, but for the log."""
        times = {kind: days for kind in Kind if (days := self._days(kind)) is not None}
        return {kind: self.remove(kind, self._before(days), by=by) for kind, days in times.items()}

    def patient(self, item_ids: Sequence[int], *, by: Decision) -> dict[str, int]:
        """Erase what these items hold of a patient, pictures and kept files too; return how much it was.

        Raises:
            UsageError: One of them isn't finished.
        """
        erased = self._eraser.patient(item_ids, by)
        theirs = evidence.c.item_id.in_(item_ids)
        with self._database.reading() as connection:
            jobs = list(connection.execute(select(evidence.c.job_id).where(theirs).distinct()).scalars())
        files = sum(self._remove_files(number, theirs, by) for number in sorted(jobs))
        return {"payloads": erased.payloads, "items": erased.items, "files": files}

    def remove(self, kind: Kind, moment: datetime, *, by: Decision) -> int:
        """Remove what belongs to jobs that were completed before a moment; return how much it was."""
        if kind is Kind.PAYLOADS:
            return self._eraser.before(moment, by).payloads
        if kind is Kind.LOGS:
            days = max(1, (self._clock.now() - moment).days)  # today's files are still written to
            return remove_old_files(self._settings.dir / "logs", now=self._clock.now(), days=days)
        jobs = expired_jobs(self._database, moment)
        return sum(self._remove_files(number, _stored_as(kind), by) for number in jobs)

    def _days(self, kind: Kind) -> int | None:
        if kind is Kind.LOGS:
            return self._settings.logs.keep_days
        days: int | None = getattr(self._settings.retention, kind)
        return days

    def _before(self, days: int) -> datetime:
        return self._clock.now() - timedelta(days=days)

    def _due(self, kind: Kind, days: int | None) -> Due:
        if days is None:
            return Due(kind, None)
        if kind is Kind.LOGS:
            return Due(kind, days, len(old_files(self._settings.dir / "logs", now=self._clock.now(), days=days)))
        jobs = expired_jobs(self._database, self._before(days))
        count, ended = 0, list[datetime]()
        with self._database.reading() as connection:
            if kind is Kind.PAYLOADS:  # what belongs to no job
                count += len(oldest(connection, SYSTEM_RUN, self._before(days)))
            for start in range(0, len(jobs), _AT_ONCE):
                for number, completed_at in connection.execute(_counted(kind, jobs[start : start + _AT_ONCE])):
                    count += number
                    ended.append(completed_at)
        return Due(kind, days, count, min(ended, default=None))

    def _remove_files(self, job_id: int, which: ColumnElement[bool], by: Decision) -> int:
        done = 0
        while True:
            with self._database.transaction() as connection:
                rows = connection.execute(_files_of(which, [job_id]).limit(_AT_ONCE).with_for_update()).all()
                if not rows:
                    return done
                digests = {row.digest for row in rows}
                for digest in sorted(digests):  # whoever keeps the same just now waits, and stores it again
                    self._database.lock_input(connection, digest)
                connection.execute(delete(evidence).where(evidence.c.id.in_([row.id for row in rows])))
                still = set(connection.execute(_needed(digests)).scalars())
                # In the same transaction: a file that is gone with its row still there is removed again without harm.
                self._record.append(connection, f"job-{job_id}", _removed(rows, by))
                for digest in digests - still:
                    self._files.remove(digest)
            done += len(rows)


def _removed(rows: Sequence[Row[Any]], by: Decision) -> Event:
    facts = {"count": len(rows), "files": [{"kind": row.kind, "sha256": row.digest} for row in rows]}
    return Event("evidence.removed", by.by, facts=facts | by.facts())


def _stored_as(kind: Kind) -> ColumnElement[bool]:
    if kind in _STORED:
        return evidence.c.kind == _STORED[kind]
    return evidence.c.kind.not_in(list(_STORED.values()))


def _files_of(which: ColumnElement[bool], job_ids: Collection[int]) -> Any:
    return select(evidence).where(evidence.c.job_id.in_(job_ids), which).order_by(evidence.c.id)


def _needed(digests: Collection[str]) -> Any:
    return select(evidence.c.digest).where(evidence.c.digest.in_(digests)).distinct()


def _counted(kind: Kind, job_ids: Sequence[int]) -> Any:
    """Return the query for how many each job has, and when it was completed."""
    if kind is Kind.PAYLOADS:
        runs = {f"job-{number}": number for number in job_ids}
        held = select(payload.c.run, func.count().label("n")).where(payload.c.run.in_(list(runs)))
        counted = held.group_by(payload.c.run).subquery()
        same = counted.c.run == literal("job-") + cast(job.c.id, String)
        return select(counted.c.n, job.c.completed_at).select_from(job.join(counted, same))
    counted = _files_of(_stored_as(kind), job_ids).order_by(None).subquery()
    per_job = select(counted.c.job_id, func.count().label("n")).group_by(counted.c.job_id).subquery()
    return select(per_job.c.n, job.c.completed_at).select_from(job.join(per_job, per_job.c.job_id == job.c.id))
