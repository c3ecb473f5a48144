"""Long lists, a page at a time: jobs, the rows of a job, and what needs a person, grouped by cause.

Each page is found by the number of the line before it and an index, so that the last page costs what the first does,
however many lines there are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, distinct, func, literal_column, select, tuple_

from rpa.db import Database
from rpa.db.tables import item, job, source_row
from rpa.models import Job, RowRef, WorkItem
from rpa.states import Failure, RowEnd
from rpa.views import RowStory, job_of, row_story_of, work_item_of

PAGE = 50
# Named in the text, not as bound values: only then does SQLite see that its index will do.
IS_FAILED: ColumnElement[bool] = literal_column("item.state = 'failed'")
"""What needs a person, in the words of the index that finds it."""
_OPEN: ColumnElement[bool] = literal_column("job.state = 'open'")
_ENDED: ColumnElement[bool] = literal_column("job.state <> 'open'")
_NO_ITEM: ColumnElement[bool] = literal_column("source_row.ended <> 'item'")


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs are wanted; what is not said does not matter."""

    requested_by: str | Collection[str] | None = None
    workflow: str | None = None
    open_only: bool = False
    ended_only: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """Items of all jobs that failed for the same reason."""

    workflow: str
    failure: Failure
    code: str


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause, how many items it holds up in how many jobs, and since when."""

    cause: Cause
    items: int
    jobs: int
    first_at: datetime
    last_at: datetime


class Lists:
    """Reads pages of what may be long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def jobs(self, wanted: JobFilter = JobFilter(), *, before: int | None = None, limit: int = PAGE) -> list[Job]:
        """Return a page of jobs, newest first, that come after job `before` in this order."""
        asked = select(job).order_by(job.c.id.desc()).limit(limit)
        return [job_of(row) for row in self._rows(asked.where(*_chosen(wanted, before)))]

    def rows(self, job_id: int, *, after: RowRef | None = None, limit: int = PAGE) -> list[RowStory]:
        """Return a page of the rows that came in with a job, in the order of the sheets, from behind `after`."""
        return self._stories(source_row.c.job_id == job_id, after=after, limit=limit)

    def unread(self, job_id: int, *, after: RowRef | None = None, limit: int = PAGE) -> list[RowStory]:
        """Return a page of those rows of a job that never became an item: rejected, duplicate or left out."""
        return self._stories((source_row.c.job_id == job_id) & _NO_ITEM, after=after, limit=limit)

    def causes(self, *, failures: Collection[Failure] = tuple(Failure), requested_by: str | None = None,
               workflow: str | None = None) -> list[CauseLine]:  # fmt: skip
        """Return why items of all jobs need a person, the cause that holds up most of them first."""
        by = (item.c.workflow, item.c.failure, item.c.code)
        numbers = (func.count().label("items"), func.count(distinct(item.c.job_id)).label("jobs"))
        times = (func.min(item.c.updated_at).label("first_at"), func.max(item.c.updated_at).label("last_at"))
        asked = select(*by, *numbers, *times).where(IS_FAILED, item.c.failure.in_(failures)).group_by(*by)
        found = self._rows(_narrowed(asked, requested_by, workflow))
        lines = [CauseLine(_cause(row), row["items"], row["jobs"], row["first_at"], row["last_at"]) for row in found]
        return sorted(lines, key=lambda one: (-one.items, one.first_at))

    def items_of(self, cause: Cause, *, requested_by: str | None = None, after: int = 0,
                 limit: int = PAGE) -> list[WorkItem]:  # fmt: skip
        """Return a page of the items that failed for a cause, oldest first, from behind the item `after`."""
        same = (item.c.workflow == cause.workflow, item.c.failure == cause.failure, item.c.code == cause.code)
        asked = select(item).where(IS_FAILED, *same, item.c.id > after).order_by(item.c.id).limit(limit)
        return [work_item_of(row) for row in self._rows(_narrowed(asked, requested_by, None))]

    def failed_in(self, job_id: int, *, doubtful: bool, after: int = 0, limit: int = PAGE) -> list[int]:
        """Return a page of a job's items that need a person; of those whose writes are in doubt, or of the others."""
        in_doubt = item.c.failure == Failure.IN_DOUBT
        mine = (item.c.job_id == job_id) & (item.c.id > after)
        asked = select(item.c.id).where(IS_FAILED, mine, in_doubt if doubtful else ~in_doubt)
        return [int(row["id"]) for row in self._rows(asked.order_by(item.c.id).limit(limit))]

    def doubtful_in(self, job_id: int) -> int:
        """Return how many of a job's items that need a person have writes in doubt."""
        mine = (item.c.job_id == job_id) & (item.c.failure == Failure.IN_DOUBT)
        (row,) = self._rows(select(func.count().label("n")).select_from(item).where(IS_FAILED, mine))
        return int(row["n"])

    def failed(self, *, requested_by: Collection[str] | None = None, workflow: str | None = None, after: int = 0,
               limit: int = PAGE) -> list[WorkItem]:  # fmt: skip
        """Return a page of items that need a person, by job, from behind the item `after`.

        Of these people alone, and of one workflow alone, where that is said.
        """
        order = (item.c.job_id, item.c.id)  # that of the index of failed items
        asked = select(item).where(IS_FAILED).order_by(*order).limit(limit)
        before = self._rows(select(*order).where(item.c.id == after)) if after else ()
        if before:
            asked = asked.where(tuple_(*order) > (before[0]["job_id"], after))
        if requested_by is not None:
            # Looked up for each failed item in turn: a join would begin with all jobs of these people, and sort.
            theirs = select(job.c.id).where(job.c.id == item.c.job_id, job.c.requested_by.in_(requested_by))
            asked = asked.where(theirs.correlate(item).exists())
        if workflow is not None:
            asked = asked.where(item.c.workflow == workflow)
        return [work_item_of(row) for row in self._rows(asked)]

    def failed_of(self, jobs: Collection[int]) -> dict[int, int]:
        """Return how many items need a person, by job."""
        counted = select(item.c.job_id, func.count().label("items")).where(IS_FAILED, item.c.job_id.in_(jobs))
        found = {row["job_id"]: row["items"] for row in self._rows(counted.group_by(item.c.job_id))}
        return {one: found.get(one, 0) for one in jobs}

    def _stories(self, which: ColumnElement[bool], *, after: RowRef | None, limit: int) -> list[RowStory]:
        order = (source_row.c.input, source_row.c.sheet, source_row.c.row)
        asked = select(source_row).where(which).order_by(*order).limit(limit)
        if after is not None:
            asked = asked.where(tuple_(*order) > (after.input, after.sheet, after.row))
        rows = self._rows(asked)
        ids = {row["item_id"] for row in rows if row["ended"] == RowEnd.ITEM}
        found = self._rows(select(item).where(item.c.id.in_(ids))) if ids else ()
        items = {row["id"]: work_item_of(row) for row in found}
        return [row_story_of(row, items.get(row["item_id"])) for row in rows]

    def _rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        with self._database.reading() as connection:
            return connection.execute(wanted).mappings().all()


def _chosen(wanted: JobFilter, before: int | None) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if wanted.requested_by is not None:
        names = [wanted.requested_by] if isinstance(wanted.requested_by, str) else wanted.requested_by
        chosen.append(job.c.requested_by.in_(names))
    if wanted.workflow is not None:
        chosen.append(job.c.workflow == wanted.workflow)
    if wanted.open_only:
        chosen.append(_OPEN)
    if wanted.ended_only:
        chosen.append(_ENDED)
    if before is not None:
        chosen.append(job.c.id < before)
    return chosen


def _narrowed(asked: Select[Any], requested_by: str | None, workflow: str | None) -> Select[Any]:
    if requested_by is not None:
        asked = asked.join(job, item.c.job_id == job.c.id).where(job.c.requested_by == requested_by)
    return asked if workflow is None else asked.where(item.c.workflow == workflow)


def _cause(row: RowMapping) -> Cause:
    return Cause(row["workflow"], Failure(row["failure"]), row["code"])
