"""How long a job will still take, by how quickly its last rows were done, and how long a work usually takes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import func, select, text

from rpa.audit import Entry, Trail
from rpa.db import Database
from rpa.db.tables import job
from rpa.models import Totals
from rpa.states import JobState

LEAST = 20
"""So many rows must have been done before anything is said."""
_LOOKED_AT = 200
"""Entries of the record, the newest of the job: enough for the last rows whatever each of them did."""
_ENDS = ("item.completed", "item.failed")
_STALE = timedelta(minutes=5)
"""When nothing was done for so long, the pace says nothing any more: the robot was off, or had to wait."""
_NEWEST = 1_000
"""Jobs that the usual pace is looked for in, the newest of all works: so it costs the same however many there are."""


def time_left(database: Database, run: str, totals: Totals, *, now: datetime) -> timedelta | None:
    """Return about how long a job will still take; None while nobody can say."""
    if not totals.open or totals.completed + totals.failed < LEAST:
        return None
    entries = Trail(database).last_of_run(run, limit=_LOOKED_AT)
    ends = _ends_of(entries)
    if len(ends) < 2 or now - ends[-1] > _STALE:
        return None
    return (ends[-1] - ends[0]) / (len(ends) - 1) * totals.open


def beside(database: Database, job_id: int) -> tuple[int, int]:
    """Return how many other jobs have rows to do, and how many rows that are."""
    others = select(func.count(), func.coalesce(func.sum(job.c.open_items), 0))
    with database.reading() as connection:
        jobs, rows = connection.execute(others.where(job.c.state == JobState.OPEN, job.c.id != job_id)).one()
    return int(jobs), int(rows)


def rows_ahead(database: Database, *, besides: int | None, priority: int) -> dict[str, int]:
    """Return how many rows of each workflow come before the first row of a job of this priority.

    Of jobs that are more urgent that is all that is left, of those that are as urgent one row each: they take turns.
    """
    wanted = select(job.c.workflow, job.c.priority, job.c.open_items).where(text("job.state = 'open'"))
    with database.reading() as connection:
        rows = connection.execute(wanted.where(job.c.id != (besides or 0), job.c.priority <= priority)).all()
    found: Counter[str] = Counter()
    for row in rows:
        found[row.workflow] += row.open_items if row.priority < priority else 1
    return dict(found)


def usual_paces(database: Database) -> dict[str, timedelta]:
    """Return about how long a row of each workflow takes, by its last job of some length that has ended.

    Pauses, such as at night, are left out. Workflows of which nobody can say are left out, too.
    """
    trail = Trail(database)
    found = {name: _pace(trail.last_of_run(f"job-{job_id}", limit=_LOOKED_AT))
             for name, job_id in _last_long_jobs(database).items()}  # fmt: skip
    return {name: pace for name, pace in found.items() if pace is not None}


def _last_long_jobs(database: Database) -> dict[str, int]:
    """Return of each workflow the last job that tells its pace; plans tell none, they write nothing."""
    columns = (job.c.id, job.c.workflow, job.c.state, job.c.rows_in, job.c.dry_run)
    with database.reading() as connection:
        newest = connection.execute(select(*columns).order_by(job.c.id.desc()).limit(_NEWEST)).all()
    found: dict[str, int] = {}
    for row in newest:
        if row.state == JobState.COMPLETED and not row.dry_run and row.rows_in >= LEAST:
            found.setdefault(row.workflow, row.id)
    return found


def _pace(entries: Sequence[Entry]) -> timedelta | None:
    gaps = [later - earlier for earlier, later in pairwise(_ends_of(entries)) if later - earlier < _STALE]
    return sum(gaps, timedelta()) / len(gaps) if gaps else None


def _ends_of(entries: Sequence[Entry]) -> list[datetime]:
    """Return when the robot was done with rows; what a person ends says nothing of its pace."""
    return [one.at for one in entries if one.name in _ENDS and one.attempt]
