"""When a problem began: the job that it holds up first, its version, and whether the job before had another one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.sql.elements import ColumnElement

from rpa.db import Database
from rpa.db.tables import item, job
from rpa.lists import IS_FAILED, Cause


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first job of which a row still waits because of a cause, and the version of the workflow that it was of."""

    job_id: int
    version: str
    submitted_at: datetime
    version_before: str | None
    """The version of the job of the same workflow just before it; None if it was the first."""

    @property
    def is_new_version(self) -> bool:
        """Whether the version changed just then, so that this may be why."""
        return self.version_before is not None and self.version_before != self.version


def beginning_of(database: Database, cause: Cause) -> Beginning | None:
    """Return when a cause began, as far as rows still wait because of it; None when none does."""
    same = (item.c.workflow == cause.workflow, item.c.failure == cause.failure, item.c.code == cause.code)
    with database.reading() as connection:
        first = connection.execute(select(func.min(item.c.job_id)).where(IS_FAILED, *same)).scalar_one()
        if first is None:
            return None
        row = connection.execute(_jobs(job.c.id == first)).one()
        before = connection.execute(_jobs((job.c.workflow == cause.workflow) & (job.c.id < first))).first()
    return Beginning(row.id, row.version, row.submitted_at, before.version if before else None)


def _jobs(which: ColumnElement[bool]) -> Select[tuple[int, str, datetime]]:
    """Return what finds the newest of these jobs."""
    return select(job.c.id, job.c.version, job.c.submitted_at).where(which).order_by(job.c.id.desc()).limit(1)
