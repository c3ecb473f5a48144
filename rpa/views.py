"""Reads jobs, items, rows and writes for those who look; it changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, text

from rpa.db import Database
from rpa.db.tables import checkpoint, effect, item, item_subject, job, source_row
from rpa.exceptions import NotFoundError
from rpa.models import Effect, Facts, Job, RowRef, Totals, WorkItem
from rpa.states import EffectState, Failure, ItemState, JobState, RowEnd
from rpa.taking import Taking, takings_of
from rpa.totals import totals_of

_JOB, _ITEM, _EFFECT = (tuple(one.name for one in fields(kind)) for kind in (Job, WorkItem, Effect))


@dataclass(frozen=True, slots=True)
class RowStory:
    """One row of a sent sheet, where it went, and the item it is part of."""

    place: RowRef
    ended: RowEnd
    item: WorkItem | None
    problems: Sequence[dict[str, str]]

    @property
    def state(self) -> str:
        """The state of its item; for a row that is none, where it went."""
        return self.item.state if self.ended is RowEnd.ITEM and self.item else self.ended

    @property
    def origin(self) -> RowRef:
        """Where it stood in what was sent first: a problem of a returned workbook's line names that place."""
        told = self.problems[0] if self.problems else {}
        sheet, number = told.get("sheet", self.place.sheet), int(told.get("row", self.place.row))
        return RowRef(told.get("extract", self.place.input), sheet, number)


def has_items(database: Database) -> bool:
    """Return whether there is any item."""
    with database.reading() as connection:
        return connection.execute(select(item.c.id).limit(1)).first() is not None


class Views:
    """What is in the database, as the library's own records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def job(self, job_id: int) -> Job:
        """Return a job.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = self._rows(select(job).where(job.c.id == job_id))
        if not found:
            raise NotFoundError(f"there is no job {job_id}; `rpa jobs` lists them")
        return job_of(found[0])

    def jobs(self, *, limit: int = 50) -> list[Job]:
        """Return the newest jobs, newest first."""
        return [job_of(row) for row in self._rows(select(job).order_by(job.c.id.desc()).limit(limit))]

    def jobs_of(self, numbers: Collection[int]) -> dict[int, Job]:
        """Return those of these jobs that there are, by their number."""
        return {row["id"]: job_of(row) for row in self._rows(select(job).where(job.c.id.in_(numbers)))}

    def same_input(self, workflow: str, digest: str) -> Job | None:
        """Return the newest job that was made from exactly these inputs and parameters."""
        same = select(job).where(job.c.workflow == workflow, job.c.input_digest == digest)
        found = self._rows(same.order_by(job.c.id.desc()).limit(1))
        return job_of(found[0]) if found else None

    def totals(self, job_id: int) -> Totals:
        """Return where the rows of a job are."""
        self.job(job_id)
        with self._database.reading() as connection:
            return totals_of(connection, job_id)

    def items(self, job_id: int, *, states: Collection[ItemState] = tuple(ItemState)) -> list[WorkItem]:
        """Return the items a job's rows became, also those a later job has taken over, in the order of their number."""
        self.job(job_id)
        mine = select(source_row.c.item_id).where(source_row.c.job_id == job_id, source_row.c.ended == RowEnd.ITEM)
        wanted = select(item).where(item.c.id.in_(mine), item.c.state.in_(states))
        return [work_item_of(row) for row in self._rows(wanted.order_by(item.c.id))]

    def item(self, item_id: int) -> WorkItem:
        """Return an item.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = self._rows(select(item).where(item.c.id == item_id))
        if not found:
            raise NotFoundError(f"there is no item {item_id}; `rpa items JOB` lists them")
        return work_item_of(found[0])

    def items_of(self, numbers: Collection[int]) -> list[WorkItem]:
        """Return those of these items that there are, in the order of their number."""
        return [work_item_of(row) for row in self._rows(select(item).where(item.c.id.in_(numbers)).order_by(item.c.id))]

    def rows(self, job_id: int) -> list[RowStory]:
        """Return every row that came in with a job, in the order of the sheets."""
        by_id = {one.id: one for one in self._items_of_rows(job_id)}
        order = (source_row.c.input, source_row.c.sheet, source_row.c.row)
        rows = self._rows(select(source_row).where(source_row.c.job_id == job_id).order_by(*order))
        return [row_story_of(row, by_id.get(row["item_id"])) for row in rows]

    def takings(self, item_ids: Collection[int]) -> dict[int, Taking]:
        """Return how each of these items was taken from the robot the last time; those that never were are left out."""
        return takings_of(self._database, item_ids)

    def effects(self, job_id: int) -> list[Effect]:
        """Return every write of a job, whatever came of it, oldest first."""
        return [
            _effect(row) for row in self._rows(select(effect).where(effect.c.job_id == job_id).order_by(effect.c.id))
        ]

    def planned(self, job_id: int) -> list[tuple[int, str, str, str, Facts, Facts]]:
        """Return every write that a dry run would have made, oldest first: item, key, kind, place, before and after."""
        columns = (effect.c.item_id, item.c.key, effect.c.kind, effect.c.what, effect.c.before, effect.c.after)
        mine = (effect.c.job_id == job_id) & text("effect.state = 'planned'")
        wanted = select(*columns).join_from(effect, item, item.c.id == effect.c.item_id).where(mine)
        with self._database.reading() as connection:
            found = connection.execute(wanted.order_by(effect.c.id)).all()
        return [(*its, before or {}, after or {}) for *its, before, after in found]

    def effects_of_item(self, item_id: int) -> list[Effect]:
        """Return every write of an item, whatever came of it, oldest first."""
        wanted = select(effect).where(effect.c.item_id == item_id).order_by(effect.c.id)
        return [_effect(row) for row in self._rows(wanted)]

    def kept_steps(self, job_id: int) -> dict[int, dict[str, Any]]:
        """Return what the steps of each item's last round found, by item and name of the step."""
        mine = select(source_row.c.item_id).where(source_row.c.job_id == job_id, source_row.c.ended == RowEnd.ITEM)
        last = (item.c.id == checkpoint.c.item_id) & (item.c.round == checkpoint.c.round)
        wanted = select(checkpoint).join(item, last).where(item.c.id.in_(mine), checkpoint.c.ordinal == 1)
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        for row in self._rows(wanted):
            found[row["item_id"]][row["step"]] = row["result"]["result"]
        return found

    def job_before(self, job_id: int) -> Job | None:
        """Return the newest job of the same workflow that was done before this one; None if there is none.

        Dry runs are compared with dry runs. What was sent again with corrections is a part of its first job: nothing is
        compared with it, and it is compared with what its first job is.
        """
        mine = self.first_job(job_id)
        same = (job.c.workflow == mine.workflow) & (job.c.dry_run == int(mine.dry_run)) & (job.c.id < mine.id)
        done = same & job.c.parent_id.is_(None) & (job.c.state == JobState.COMPLETED) & (job.c.rows_in > 0)
        found = self._rows(select(job).where(done).order_by(job.c.id.desc()).limit(1))
        return job_of(found[0]) if found else None

    def first_job(self, job_id: int) -> Job:
        """Return the job whose files were sent first, where a job is of a returned workbook; else the job itself."""
        found = self.job(job_id)
        while found.parent_id is not None:
            found = self.job(found.parent_id)
        return found

    def sent_again(self, job_id: int) -> list[Job]:
        """Return the jobs made of the returned workbooks of a job, and of theirs, oldest first."""
        found, newest = list[Job](), [job_id]
        while newest:
            some = [job_of(row) for row in self._rows(select(job).where(job.c.parent_id.in_(newest)))]
            newest = [one.id for one in some]
            found += some
        return sorted(found, key=lambda one: one.id)

    def carried_out_by(self, job_id: int) -> list[int]:
        """Return the jobs that carry out a plan, oldest first."""
        return [row["id"] for row in self._rows(select(job.c.id).where(job.c.applies == job_id).order_by(job.c.id))]

    def items_of_subject(self, subject: str) -> list[int]:
        """Return the items that a pseudonym (of a key or an NHS number) stands for."""
        rows = self._rows(select(item_subject.c.item_id).where(item_subject.c.subject == subject))
        return [row["item_id"] for row in rows]

    def open_items(self, workflows: Collection[str] | None = None) -> int:
        """Return how many items wait or run, by what each job says of itself."""
        counted = select(func.coalesce(func.sum(job.c.open_items), 0).label("n")).where(job.c.state == JobState.OPEN)
        if workflows is not None:
            counted = counted.where(job.c.workflow.in_(workflows))
        return int(self._rows(counted)[0]["n"])

    def running(self, workflows: Collection[str]) -> int:
        """Return how many items of these workflows run."""
        counted = select(func.count().label("n")).where(text("item.state = 'running'"))
        return int(self._rows(counted.where(item.c.workflow.in_(workflows)))[0]["n"])

    def _items_of_rows(self, job_id: int) -> list[WorkItem]:
        mine = select(source_row.c.item_id).where(source_row.c.job_id == job_id)
        return [work_item_of(row) for row in self._rows(select(item).where(item.c.id.in_(mine)))]

    def _rows(self, wanted: Select[Any]) -> Sequence[RowMapping]:
        with self._database.reading() as connection:
            return connection.execute(wanted).mappings().all()


def job_of(row: RowMapping) -> Job:
    """Return a job as its row has it."""
    values = {name: row[name] for name in _JOB}
    return Job(**values | {"state": JobState(row["state"]), "dry_run": bool(row["dry_run"])})


def work_item_of(row: RowMapping) -> WorkItem:
    """Return an item as its row has it."""
    values = {name: row[name] for name in _ITEM}
    failure = Failure(row["failure"]) if row["failure"] else None
    return WorkItem(**values | {"state": ItemState(row["state"]), "failure": failure})


def row_story_of(row: RowMapping, its_item: WorkItem | None) -> RowStory:
    """Return where a row of a sent sheet went."""
    place = RowRef(row["input"], row["sheet"], row["row"])
    return RowStory(place, RowEnd(row["ended"]), its_item, row["problems"] or ())


def _effect(row: RowMapping) -> Effect:
    values = {name: row[name] for name in _EFFECT}
    return Effect(**values | {"state": EffectState(row["state"])})
