"""Putting back what a job changed: the plan of it, which is approved and carried out like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select

from rpa.approvals.applying import new_items
from rpa.approvals.made import LeftBehind, MadeByJob, made_by
from rpa.db import Database
from rpa.db.tables import job
from rpa.definition import Workflow
from rpa.exceptions import UsageError
from rpa.models import Actor, Job, NewItem, Submission, WorkItem
from rpa.planning import check_params
from rpa.states import JobState
from rpa.views import Views


@dataclass(frozen=True, slots=True)
class Reversal:
    """The plan that would put back what a job changed, and what it leaves as it is."""

    submission: Submission
    left_behind: Sequence[LeftBehind]


def reversal_of(database: Database, workflow: Workflow[Any], job_id: int, *, by: Actor) -> Reversal:
    """Return the plan that would put back what a job changed, what was changed last first.

    Raises:
        UsageError: The job can't be put back, changed nothing, or was put back already.
    """
    views = Views(database)
    old = views.job(job_id)
    _check_can_be(workflow, old)
    made = made_by(database, job_id)
    order = {item_id: place for place, item_id in enumerate(made.changes)}
    items = [one for one in views.items(job_id) if one.id in order and one.data]
    still = _not_put_back(database, old, made, items)
    still.sort(key=lambda one: order[one.id])
    check_params(workflow, old.params)
    submission = Submission(
        workflow=workflow.name,
        version=workflow.version,
        requested_by=by,
        items=_items(views, workflow, old, still),
        inputs=old.inputs,
        input_digest=sha256(f"what puts job {job_id} back, by {workflow.version}".encode()).hexdigest(),
        params=old.params,
        dry_run=True,
        one_job=True,
        reverses=job_id,
    )
    return Reversal(submission, made.left_behind)


def _check_can_be(workflow: Workflow[Any], old: Job) -> None:
    if workflow.reverser is None:
        raise UsageError(
            f"job {old.id} can't be reversed: {workflow.name} does not say how a change is put back (a function with "
            f"@{workflow.name}.reverse in its file)"
        )
    if old.dry_run:
        raise UsageError(f"job {old.id} is a plan and has written nothing, expected the job that carried it out; "
                         "`rpa jobs` lists them")  # fmt: skip
    if old.reverses is not None:
        raise UsageError(f"job {old.id} put back what job {old.reverses} had changed, expected a job that was not "
                         "itself a reversal: to do the work again, send its file again with `--again`")  # fmt: skip
    if old.state is not JobState.COMPLETED:
        raise UsageError(f"job {old.id} has {old.open_items} items that wait or run, expected a job that is done: let "
                         "it end, or `rpa cancel` them")  # fmt: skip


def _not_put_back(database: Database, old: Job, made: MadeByJob, items: Sequence[WorkItem]) -> list[WorkItem]:
    """Return the items with a change that no job has put back yet."""
    if not made.changes:
        more = "; " + _counted(made.left_behind) if made.left_behind else ""
        raise UsageError(f"job {old.id} changed nothing that could be put back{more}")
    if not items:
        raise UsageError(f"what job {old.id} changed can't be put back: its rows were erased, as decided")
    back = _put_back(database, old.id)
    still = [one for one in items if {(one.key, each.what) for each in made.changes[one.id]} - back]
    if not still:
        raise UsageError(f"all that job {old.id} changed was put back already; `rpa jobs` lists what did it")
    return still


def _put_back(database: Database, job_id: int) -> set[tuple[str, str]]:
    """Return key and place of what jobs have put back that were approved to."""
    carried_out = select(job.c.id).where(job.c.reverses == job_id, job.c.applies.is_not(None))
    with database.reading() as connection:
        jobs = list(connection.execute(carried_out).scalars())
    found = set[tuple[str, str]]()
    for one in jobs:
        keys = {each.id: each.key for each in Views(database).items(one)}
        made = made_by(database, one).changes
        found |= {(keys[item_id], each.what) for item_id, changes in made.items() for each in changes
                  if item_id in keys}  # fmt: skip
    return found


def _items(views: Views, workflow: Workflow[Any], old: Job, items: Sequence[WorkItem]) -> list[NewItem]:
    try:
        return new_items(views, workflow, old.id, items)
    except ValidationError:
        raise UsageError(
            f"the stored rows of job {old.id} no longer fit the workflow {workflow.name}, which has changed since: "
            "reverse it with the version that did it"
        ) from None


def _counted(left: Sequence[LeftBehind]) -> str:
    reasons = dict.fromkeys(one.why for one in left)
    return "; ".join(f"{why}: {sum(one.why == why for one in left)}" for why in reasons)
