"""A later look at a plan: its items are planned once more, to see what has changed since; nothing is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from rpa.approvals.applying import check_version, new_items
from rpa.approvals.changes import ChangeSet, PlannedChange
from rpa.audit import Trail
from rpa.db import Database
from rpa.db.approval_tables import plan_look
from rpa.definition import Workflow
from rpa.models import Actor, Facts, Job, Submission
from rpa.states import EffectState, ItemState, JobState
from rpa.views import Views


class Since(StrEnum):
    """What became of a place that a plan would write to, from the plan to the look."""

    SAME = "same"
    """It is as it was: the change would be made."""
    OTHER = "other"
    """It is otherwise than when it was planned: the change would be refused as out of date."""
    RIGHT = "right"
    """It is what it would become: there is nothing left to do."""
    UNKNOWN = "unknown"
    """The look could not tell, or has not come to it yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found of one planned change; `now` holds the fields that are otherwise."""

    since: Since
    now: Facts = field(default_factory=dict)


UNSEEN = Seen(Since.UNKNOWN)


def plan_looked_at(database: Database, job_id: int) -> int | None:
    """Return the plan that a job looks at once more; None for what is no such look."""
    asked = select(plan_look.c.plan_id).where(plan_look.c.job_id == job_id)
    with database.reading() as connection:
        return connection.execute(asked).scalar()


def newest_look(database: Database, plan_id: int) -> Job | None:
    """Return the newest look at a plan; None if nobody has looked."""
    mine = select(plan_look.c.job_id).where(plan_look.c.plan_id == plan_id)
    with database.reading() as connection:
        found = connection.execute(mine.order_by(plan_look.c.job_id.desc()).limit(1)).scalar()
    return None if found is None else Views(database).job(found)


def look_of(database: Database, workflow: Workflow[Any], plan: ChangeSet, *, by: Actor) -> Submission:
    """Return the job that looks at a plan again; the same one for whoever asks before the last look is done.

    Raises:
        UsageError: The code is another now.
    """
    check_version(workflow, plan)
    views = Views(database)
    planned, last = views.job(plan.job_id), newest_look(database, plan.job_id)
    again = 0 if last is None else last.id if last.state is JobState.COMPLETED else _before(database, plan, last)
    keys = {one.key for one in plan.changes}
    items = [one for one in views.items(plan.job_id) if one.key in keys]
    return Submission(
        workflow=workflow.name,
        version=workflow.version,
        requested_by=by,
        items=new_items(views, workflow, plan.job_id, items),
        inputs=planned.inputs,
        input_digest=sha256(f"look at plan {plan.job_id} after look {again}".encode()).hexdigest(),
        params=planned.params,
        dry_run=True,
        one_job=True,
        reverses=plan.reverses,
    )


def note_look(connection: Connection, look_id: int, plan_id: int) -> None:
    """Note, in the transaction that makes it, that a job is a look at a plan."""
    connection.execute(insert(plan_look).values(job_id=look_id, plan_id=plan_id))


def seen_by(database: Database, look: Job, changes: Iterable[PlannedChange]) -> Mapping[tuple[str, str], Seen]:
    """Return what a look found of these changes, by key and place."""
    views = Views(database)
    keys = {one.id: one.key for one in views.items(look.id)}
    effects = {(keys.get(one.item_id, ""), one.what): one for one in views.effects(look.id)}
    found = {}
    for entry in Trail(database).of_run(look.run, names=("item.differed",)):
        said = entry.payload or {}
        found[keys.get(entry.item_id or 0, ""), str(said.get("what"))] = said.get("found") or {}
    return {(one.key, one.what): _seen(one, effects.get((one.key, one.what)), found.get((one.key, one.what)))
            for one in changes}  # fmt: skip


def failed_items(views: Views, look: Job) -> list[int]:
    """Return the items of a look that ended without an answer: nobody has to see to them."""
    return [one.id for one in views.items(look.id, states=[ItemState.FAILED]) if one.job_id == look.id]


def _before(database: Database, plan: ChangeSet, last: Job) -> int:
    earlier = select(plan_look.c.job_id).where(plan_look.c.plan_id == plan.job_id, plan_look.c.job_id < last.id)
    with database.reading() as connection:
        return connection.execute(earlier.order_by(plan_look.c.job_id.desc()).limit(1)).scalar() or 0


def _seen(planned: PlannedChange, effect: Any, found: Facts | None) -> Seen:
    if found is not None:
        now = {name: found[name] for name in planned.after if name in found and found[name] != planned.before.get(name)}
        return Seen(Since.OTHER, now)
    if effect is None:
        return UNSEEN
    if effect.state is EffectState.ALREADY:
        return Seen(Since.RIGHT)
    before = dict(effect.before or {})
    now = {name: before.get(name) for name in planned.after if before.get(name) != planned.before.get(name)}
    if now or dict(effect.after or {}) != dict(planned.after):
        return Seen(Since.OTHER, now)
    return Seen(Since.SAME)
