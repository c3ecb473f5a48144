"""Corrects one row that failed: what a person types takes the place of what the sheet said, as a job of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, select

from rpa.audit import Event
from rpa.clock import local
from rpa.connectors.spreadsheet import Problem, Table, read_table
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.connectors.spreadsheet.rows import OWN_FIELDS
from rpa.db.tables import source_row
from rpa.definition import Case, Workflow
from rpa.desk import Desk, refuse_unplanned
from rpa.exceptions import SameInput, UsageError
from rpa.models import Actor, Job, NewItem, Submission, WorkItem
from rpa.planning import Request, described, make_item, make_submission
from rpa.sheet_of_rows import sheet_of_rows
from rpa.states import ItemState, RowEnd

_SEEN_TO = "somebody has seen to this row meanwhile, expected one that needs a person; nothing was changed"

_THERE_ALREADY = (
    "another row has this case in hand already, or it was done before; look at that row, and leave this one out if it "
    "is the same. Nothing was changed"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with what was typed, by the field of the row class."""

    wrong: Mapping[str, str]


def correctable(workflow: Workflow[Any]) -> bool:
    """Return whether a row of a work can be corrected by itself: where a plan makes the cases of rows, it can't."""
    return workflow.planner is None and workflow.options.approval is None


def correct(desk: Desk, item_id: int, typed: Mapping[str, str], *, by: Actor) -> Job | Refused:
    """Send a failed row again with what a person typed, and return its job; or what is wrong with what was typed.

    What was typed is read as a sheet would be, kept as what the job was made of, and the item is tried again with it.
    Where the key of the row is another one, the item gives way to a new one in the same transaction.

    Args:
        desk: The installation.
        item_id: The item that failed.
        typed: What is to stand in the row, by the field of the row class; the others stay as they are.
        by: Who corrects.

    Raises:
        UsageError: Somebody saw to it meanwhile, or a row of this work can't be corrected by itself.
    """
    item = desk.views.item(item_id)
    workflow = desk.workflows.get(item.workflow)
    _check(workflow, item)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"correction of case {item.id}.csv"
        path.write_bytes(sheet_of_rows(workflow.row_model, [{**_cells(item), **typed}]))
        (name,) = workflow.inputs
        table = read_table(path, workflow.row_model, name=name)
        if table.rejected:
            return Refused(_by_field(workflow, table.rejected[0].problems))
        return _sent(desk, item, table, content=path.read_bytes(), by=by)


def _check(workflow: Workflow[Any], item: WorkItem) -> None:
    if item.state is not ItemState.FAILED:
        raise UsageError(_SEEN_TO)
    if not correctable(workflow):
        raise UsageError(
            f"a row of {workflow.name} can't be corrected by itself, expected the whole list: correct it in the "
            "results workbook, choose Resubmit and send that"
        )


def _sent(desk: Desk, item: WorkItem, table: Table[Any], *, content: bytes, by: Actor) -> Job:
    workflow = desk.workflows.get(item.workflow)
    submission = _submission(desk, workflow, item, table, by=by)
    refuse_unplanned(workflow, submission)
    desk.evidence.store(content)  # kept before the job exists, so that no job is without what it was made of
    try:
        job_id = desk.queue.submit(submission, also=partial(_tell, desk, item, submission))
    except SameInput as same:  # a second click
        return desk.views.job(same.job_id)
    desk.evidence.keep(content, kind="input", name=table.file, job_id=job_id)
    return desk.views.job(job_id)


def _submission(desk: Desk, workflow: Workflow[Any], item: WorkItem, table: Table[Any], *, by: Actor) -> Submission:
    (row,) = table.rows
    made = make_item(workflow, Case(row, of=[row]))
    first = desk.views.job(item.job_id)
    request = Request(first.params, by, local(desk.clock.now()).date(), dry_run=first.dry_run, parent=first.id)
    submission = make_submission(workflow, [made], [described(table)], request)
    return replace(submission, one_job=True, instead_of=None if made.key == item.key else item.id)


def _tell(desk: Desk, item: WorkItem, submission: Submission, connection: Connection, job_id: int) -> None:
    """Record which fields were corrected, from what to what, and which job does the row now.

    Raises:
        UsageError: Somebody was quicker: the row is being done already, and nothing of this is stored.
    """
    ended = connection.execute(select(source_row.c.ended).where(source_row.c.job_id == job_id)).scalar_one()
    if ended != RowEnd.ITEM:
        raise UsageError(_SEEN_TO if submission.instead_of is None else _THERE_ALREADY)
    changed = _changed(item, submission.items[0])
    facts = {"job": job_id, "fields": sorted(changed)}
    payload = {"before": {name: item.data.get(name) for name in changed}, "after": changed}
    told = Event("item.corrected", submission.requested_by, item.id, item.attempts, desk.pseudonyms.of(item.key), facts,
                 payload)  # fmt: skip
    desk.record.append(connection, f"job-{item.job_id}", told)


def _changed(item: WorkItem, made: NewItem) -> dict[str, Any]:
    return {name: value for name, value in made.data.items()
            if name not in OWN_FIELDS and item.data.get(name) != value}  # fmt: skip


def _cells(item: WorkItem) -> dict[str, Any]:
    return {name: value for name, value in item.data.items() if name not in OWN_FIELDS}


def _by_field(workflow: Workflow[Any], problems: tuple[Problem, ...]) -> dict[str, str]:
    fields = {heading: one.field for one in columns_of(workflow.row_model) for heading in one.wanted.headings}
    return {fields.get(one.column, next(iter(fields.values()))): one.rule for one in problems}
