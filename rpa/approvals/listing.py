"""Plans and what they would change, a page at a time: which plans wait for somebody, and each change of one of them."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, func, literal_column, select

from rpa.approvals.changes import PlannedChange
from rpa.db import Database
from rpa.db.approval_tables import approval, plan_look
from rpa.db.tables import effect, item, job, source_row
from rpa.states import RowEnd

PAGE = 50
# Named in the text, not as bound values: only then does SQLite see that its index will do.
_PLAN: ColumnElement[bool] = literal_column("job.dry_run = 1")
_DONE: ColumnElement[bool] = literal_column("job.state = 'completed'")
_PLANNED: ColumnElement[bool] = literal_column("effect.state = 'planned'")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan, how much it would change, and what was decided about it; no decision: it waits for one."""

    job_id: int
    workflow: str
    requested_by: str
    submitted_at: datetime
    changes: int
    items: int
    decision: str | None
    decided_by: str | None
    decided_at: datetime | None


def plans_waiting(database: Database, *, before: int | None = None, limit: int = PAGE,
                  workflows: Collection[str] | None = None) -> list[PlanLine]:  # fmt: skip
    """Return a page of the plans that nobody has decided about, newest first.

    Plans that would change nothing need no decision and are left out, and so are later looks at a plan.
    """
    return _page(database, approval.c.job_id.is_(None), before=before, limit=limit, workflows=workflows)


def plans_decided(database: Database, *, before: int | None = None, limit: int = PAGE,
                  workflows: Collection[str] | None = None) -> list[PlanLine]:  # fmt: skip
    """Return a page of the plans that somebody has decided about, newest plan first."""
    return _page(database, approval.c.job_id.is_not(None), before=before, limit=limit, workflows=workflows)


@dataclass(frozen=True, slots=True)
class PlanMark:
    """What a list of jobs says of one that only plans: what was decided, and which jobs carried it out.

    `look_at` is the plan that it looks at once more; then nothing of it is decided or carried out.
    """

    look_at: int | None
    writes: bool
    decision: str | None
    until: datetime | None
    done_by: Sequence[int] = ()
    left: int = 0
    """How many items nobody has carried out yet."""

    def word(self, now: datetime) -> str:
        """Return how far the plan has come, in a word or two."""
        if not self.writes:
            return "Nothing to change"
        if not self.decision:
            return "Waits for approval"
        if self.decision == "rejected":
            return "Refused"
        is_too_old = not self.done_by and self.until is not None and self.until <= now
        return "Too old" if is_too_old else "Approved"


def plan_marks(database: Database, job_ids: Collection[int]) -> dict[int, PlanMark]:
    """Return what to say of those of these jobs that are plans, or looks at one; all others are left out."""
    asked = select(job.c.id, plan_look.c.plan_id, approval.c.decision, approval.c.until)
    asked = asked.select_from(
        job.outerjoin(plan_look, plan_look.c.job_id == job.c.id).outerjoin(approval, approval.c.job_id == job.c.id)
    ).where(job.c.id.in_(job_ids), _PLAN)
    found = {row["id"]: row for row in _rows(database, asked)}
    # Asked by themselves: within the above, PostgreSQL would look at the changes of all plans.
    writing = select(effect.c.job_id).where(effect.c.job_id.in_(found), _PLANNED).distinct()
    writes = {row["job_id"] for row in _rows(database, writing)} if found else set()
    done = _carried_out(database, [name for name in writes if found[name]["decision"] is not None])
    sizes = _counted(database, list(done)) if done else {}
    left = {name: sizes[name]["items"] - sum(by.values()) for name, by in done.items()}
    return {name: PlanMark(row["plan_id"], name in writes, row["decision"], row["until"], list(done.get(name, {})),
                           left.get(name, 0)) for name, row in found.items()}  # fmt: skip


def _carried_out(database: Database, plans: Sequence[int]) -> dict[int, dict[int, int]]:
    """Return of each plan that was carried out the jobs that did so, each with how many items it took."""
    if not plans:
        return {}
    # By the rows that came in, as items can't be found by their job without reading all of them.
    number = func.count(distinct(source_row.c.item_id)).label("items")
    its = (source_row.c.job_id == job.c.id) & (source_row.c.ended == RowEnd.ITEM)
    taken = select(job.c.applies, job.c.id, number).join_from(job, source_row, its)
    taken = taken.where(job.c.applies.in_(plans)).group_by(job.c.applies, job.c.id).order_by(job.c.id)
    done: dict[int, dict[int, int]] = {}
    for row in _rows(database, taken):
        done.setdefault(row["applies"], {})[row["id"]] = row["items"]
    return done


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Some changes of a plan, and where the next begin; None where there are no more."""

    changes: Sequence[PlannedChange]
    following: int | None


def changes_of(database: Database, job_id: int, *, after: int = 0, limit: int = PAGE) -> ChangesPage:
    """Return a page of what a plan would change, in the order in which it was planned."""
    columns = (effect.c.id, effect.c.item_id, item.c.key, effect.c.kind, effect.c.what, effect.c.before, effect.c.after)
    asked = select(*columns).select_from(effect.join(item, item.c.id == effect.c.item_id))
    asked = asked.where(effect.c.job_id == job_id, _PLANNED, effect.c.id > after).order_by(effect.c.id)
    rows = _rows(database, asked.limit(limit + 1))
    changes = [PlannedChange(row["item_id"], row["key"], row["kind"], row["what"], row["before"] or {},
                             row["after"] or {}) for row in rows[:limit]]  # fmt: skip
    return ChangesPage(changes, rows[limit - 1]["id"] if len(rows) > limit else None)


def fields_changed(database: Database, job_id: int, *, most: int = 20_000) -> Counter[str]:
    """Return how many of a plan's changes change each field, of the first so many."""
    asked = select(effect.c.before, effect.c.after).where(effect.c.job_id == job_id, _PLANNED).limit(most)
    counted: Counter[str] = Counter()
    for row in _rows(database, asked):
        before, after = row["before"] or {}, row["after"] or {}
        counted.update(name for name, value in after.items() if value != before.get(name))
    return counted


def size_of(database: Database, job_id: int) -> tuple[int, int]:
    """Return how many changes a plan would make, and to how many items."""
    found = _counted(database, [job_id]).get(job_id, {"changes": 0, "items": 0})
    return found["changes"], found["items"]


def _page(database: Database, which: ColumnElement[bool], *, before: int | None, limit: int,
          workflows: Collection[str] | None) -> list[PlanLine]:  # fmt: skip
    columns = (job.c.id.label("job_id"), job.c.workflow, job.c.requested_by, job.c.submitted_at, approval.c.decision,
               approval.c.decided_by, approval.c.decided_at)  # fmt: skip
    looks = select(plan_look.c.job_id).where(plan_look.c.job_id == job.c.id).exists()
    writes = select(effect.c.id).where(effect.c.job_id == job.c.id, _PLANNED).exists()
    asked = select(*columns).select_from(job.outerjoin(approval, approval.c.job_id == job.c.id))
    asked = asked.where(_PLAN, _DONE, which, ~looks, writes).order_by(job.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(job.c.id < before)
    if workflows is not None:
        asked = asked.where(job.c.workflow.in_(workflows))
    found = _rows(database, asked)
    counted = _counted(database, [row["job_id"] for row in found]) if found else {}
    return [PlanLine(**{**row, **counted[row["job_id"]]}) for row in found]


def _counted(database: Database, jobs: Sequence[int]) -> dict[int, dict[str, int]]:
    numbers = (func.count().label("changes"), func.count(distinct(effect.c.item_id)).label("items"))
    asked = select(effect.c.job_id, *numbers).where(effect.c.job_id.in_(jobs), _PLANNED).group_by(effect.c.job_id)
    return {row["job_id"]: {"changes": row["changes"], "items": row["items"]} for row in _rows(database, asked)}


def _rows(database: Database, asked: Select[Any]) -> Sequence[Any]:
    with database.reading() as connection:
        return connection.execute(asked).mappings().all()
