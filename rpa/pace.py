"""How long a job will still take, by how quickly its last rows were done."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from rpa.audit import Trail
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
"""When nothing was done for so long, the pace says nothing any more."""


def time_left(database: Database, run: str, totals: Totals, *, now: datetime) -> timedelta | None:
    """Return about how long a job will still take; None while nobody can say."""
    if not totals.open or totals.completed + totals.failed < LEAST:
        return None
    entries = Trail(database).last_of_run(run, limit=_LOOKED_AT)
    ends = [one.at for one in entries if one.name in _ENDS and one.attempt]
    if len(ends) < 2 or now - ends[-1] > _STALE:
        return None
    return (ends[-1] - ends[0]) / (len(ends) - 1) * totals.open


def beside(database: Database, job_id: int) -> tuple[int, int]:
    """Return how many other jobs have rows to do, and how many rows that are."""
    others = select(func.count(), func.coalesce(func.sum(job.c.open_items), 0))
    with database.reading() as connection:
        jobs, rows = connection.execute(others.where(job.c.state == JobState.OPEN, job.c.id != job_id)).one()
    return int(jobs), int(rows)
