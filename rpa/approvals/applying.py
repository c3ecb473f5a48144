"""Carrying out a plan: exactly what was approved, the canary first and the rest when a person has looked at it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from rpa.approvals.changes import ChangeSet
from rpa.connectors.spreadsheet import Row
from rpa.db import Database
from rpa.db.tables import job
from rpa.definition import NeedsApproval, Workflow
from rpa.exceptions import UsageError
from rpa.models import Actor, NewItem, RowRef, Submission, WorkItem
from rpa.planning import identifiers_of
from rpa.states import ItemState
from rpa.views import Views

_NOTHING = NeedsApproval()


def check_version(workflow: Workflow[Any], plan: ChangeSet) -> None:
    """Make sure that a plan was made by the code there is now.

    Raises:
        UsageError: It was not, so nobody could carry it out.
    """
    if workflow.version != plan.version:
        again = f"`rpa plan {plan.workflow} FILE…`" if plan.reverses is None else f"`rpa reverse {plan.reverses}`"
        raise UsageError(f"job {plan.job_id} was planned by another version of {workflow.name}, which has changed "
                         f"since: {again} makes a new plan")  # fmt: skip


def check_cap(workflow: Workflow[Any], plan: ChangeSet) -> None:
    """Make sure that a plan does not change more items than one job of the workflow may.

    Raises:
        UsageError: It does.
    """
    cap, number = (workflow.options.approval or _NOTHING).cap, len({one.key for one in plan.changes})
    if cap is not None and number > cap:
        raise UsageError(
            f"job {plan.job_id} would change {number:,} items, expected {cap:,} at most, as {workflow.name} "
            "says: split its file"
        )


def submission_of(database: Database, workflow: Workflow[Any], plan: ChangeSet, *, by: Actor,
                  rest: bool) -> Submission:  # fmt: skip
    """Return the job that carries a plan out: its canary, or the rest once that is done.

    Raises:
        UsageError: The code is another now, the plan is too large, there is no rest, or the canary is not done well.
    """
    check_version(workflow, plan)
    check_cap(workflow, plan)
    views = Views(database)
    keys = {one.key for one in plan.changes}
    items = [one for one in views.items(plan.job_id) if one.key in keys]
    planned = views.job(plan.job_id)
    return Submission(
        workflow=workflow.name,
        version=workflow.version,
        requested_by=by,
        items=new_items(views, workflow, plan.job_id, _part(database, workflow, plan, items, rest=rest)),
        inputs=planned.inputs,
        input_digest=sha256(f"plan {plan.job_id}, {'rest' if rest else 'first'}".encode()).hexdigest(),
        params=planned.params,
        once=workflow.options.once and plan.reverses is None,
        one_job=True,
        applies=plan.job_id,
        reverses=plan.reverses,
    )


def _part(database: Database, workflow: Workflow[Any], plan: ChangeSet, items: Sequence[WorkItem], *,
          rest: bool) -> Sequence[WorkItem]:  # fmt: skip
    canary = (workflow.options.approval or _NOTHING).canary
    if not rest:
        return items[:canary] if canary else items
    if not canary or len(items) <= canary:
        raise UsageError(f"job {plan.job_id} has no rest: all of it is done at once")
    _check_canary(database, plan)
    return items[canary:]


def _check_canary(database: Database, plan: ChangeSet) -> None:
    with database.reading() as connection:
        mine = select(job.c.id).where(job.c.applies == plan.job_id).order_by(job.c.id).limit(1)
        first = connection.execute(mine).scalar()
    if first is None:
        raise UsageError(f"the first items of job {plan.job_id} were not done yet: `rpa apply {plan.job_id}` does them")
    open_ones = [one for one in Views(database).items(first) if one.state is not ItemState.COMPLETED]
    waiting = sum(one.state in (ItemState.PENDING, ItemState.RUNNING) for one in open_ones)
    if waiting:
        raise UsageError(
            f"{waiting} of the first items, in job {first}, are not done yet: let `rpa work` do them, look at them, "
            "and then do the rest"
        )
    if open_ones:
        raise UsageError(
            f"{len(open_ones)} of the first items, in job {first}, are not done well: look at them and see to them; "
            "nothing else was begun"
        )


def new_items(views: Views, workflow: Workflow[Any], job_id: int, items: Sequence[WorkItem]) -> list[NewItem]:
    """Return what another job is made of that does items of a job, with the rows they came from."""
    places: dict[int, list[RowRef]] = defaultdict(list)
    for row in views.rows(job_id):
        if row.item is not None:
            places[row.item.id].append(row.place)
    return [
        NewItem(
            key=one.key,
            data=one.data,
            places=places[one.id],
            identifiers=identifiers_of(rows_within(workflow.row_model.model_validate(one.data))),
        )
        for one in items
    ]


def rows_within(row: Row) -> Iterator[Row]:
    """Yield a row and the rows it holds: a case is made of those that came in."""
    yield row
    for name in type(row).model_fields:
        held = getattr(row, name)
        for one in held if isinstance(held, tuple | list) else (held,):
            if isinstance(one, Row):
                yield from rows_within(one)
