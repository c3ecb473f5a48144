"""What became of a job: its cases with their typed rows, in words for the person who reads them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from rpa.calendars import Calendar
from rpa.codes import explain
from rpa.connectors.spreadsheet import Row, RowResult
from rpa.definition import Workflow
from rpa.exceptions import UsageError
from rpa.models import Effect, Job, RowRef, Totals, WorkItem
from rpa.results.beside import correctable
from rpa.states import ItemState, RowEnd, Taken
from rpa.taking import Taking
from rpa.views import RowStory, Views

R = TypeVar("R", bound=Row)
S = TypeVar("S", bound=Row)
FindSent = Callable[[Job, type[Row]], Mapping[RowRef, Row]]
"""Reads the files of a job by a row class."""

ENDS: Mapping[str, str] = {
    ItemState.COMPLETED: "Done",
    Taken.BY_HAND: "Done by hand",
    ItemState.FAILED: "For a person",
    RowEnd.REJECTED: "Rejected",
    RowEnd.DUPLICATE: "Duplicate",
    RowEnd.LEFT_OUT: "Left out",
    Taken.LEFT_OUT: "Left out",
    ItemState.CANCELLED: "Stopped",
    ItemState.PENDING: "Waiting",
    ItemState.RUNNING: "Waiting",
}
"""What the end of a row is called on a sheet, in the order of their columns."""
_WAYS = frozenset(Taken)
PLANNED = "Planned"
"""What it is called instead of done where nothing was to be written."""


@dataclass(frozen=True, slots=True)
class CaseResult(Generic[R]):
    """One case of a job and how it ended."""

    item: WorkItem
    row: R
    places: Sequence[RowRef]
    what_happened: str
    how_to_fix: str
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What its steps found, by the name of the step, as plain JSON."""
    planned: bool = False
    """Whether it was done by a dry run, which writes nothing."""

    @property
    def end(self) -> str:
        """How it ended, in the word of the sheets."""
        return PLANNED if self.planned else end_of(self.item.state, self.item.outcome)


@dataclass(frozen=True, slots=True)
class Results(Generic[R]):
    """Everything a report is made from."""

    job: Job
    title: str
    codes: Mapping[str, str]
    at: datetime
    """When the report is made, in local time."""
    totals: Totals
    rows: Sequence[RowStory]
    effects: Sequence[Effect]
    cases: Sequence[CaseResult[R]]
    calendar: Calendar = field(default_factory=Calendar)
    """The trust's working days."""
    inputs: Sequence[str] = ()
    """The workflow's inputs, by name."""
    input_titles: Mapping[str, str] = field(default_factory=dict)
    """What people call each input."""
    find_correctable: Callable[[Sequence[str]], Sequence[str]] = lambda _: ()
    carried_out_by: Sequence[int] = ()
    """The jobs that carried it out if it is a plan; what they did stands in place of what was planned."""
    find_before: "Callable[[], Results[R] | None]" = lambda: None
    find_again: "Callable[[], Sequence[Results[R]]]" = tuple
    find_sent: Callable[[type[Row]], Mapping[RowRef, Row]] = lambda _: {}

    @property
    def only_planned(self) -> bool:
        """Whether it is a plan that nobody has carried out."""
        return self.job.dry_run and not self.carried_out_by

    def title_of(self, name: str) -> str:
        """Return what people call an input."""
        return self.input_titles.get(name, name)

    def before(self) -> "Results[R] | None":
        """Return the results of the last job of this workflow that was done before this one; None if there is none."""
        return self.find_before()

    def correctable(self, headings: Sequence[str]) -> Sequence[str]:
        """Return the columns in which a person may correct a row beside what is for him."""
        return self.find_correctable(headings)

    def again(self) -> "Sequence[Results[R]]":
        """Return the results of what was sent again of this job with corrections, oldest first."""
        return self.find_again()

    def as_sent(self, model: type[S]) -> Mapping[RowRef, S]:
        """Read the files of the first job by another row class: what a rejected row still says is in no case.

        Returns:
            The rows by their place; nothing if the kept copy is gone.
        """
        return cast(Mapping[RowRef, S], self.find_sent(model))


def end_of(state: ItemState, outcome: str | None) -> str:
    """Return what the end of an item is called; of one that a person took, by the way in which he did."""
    is_taken = state is ItemState.CANCELLED and outcome in _WAYS
    return ENDS[outcome if is_taken and outcome else state]


def results_of(views: Views, workflow: Workflow[R], job_id: int, *, at: datetime,
               calendar: Calendar | None = None,
               sent: FindSent = lambda *_: {}) -> Results[R]:  # fmt: skip
    """Gather what became of a job; `sent` reads the files that a job was made of.

    Raises:
        NotFoundError: There is no such job.
        UsageError: Its rows no longer fit the workflow, which has changed since.
    """
    the_job, rows = views.job(job_id), views.rows(job_id)

    def of(job: Job) -> Results[R]:
        return results_of(views, workflow, job.id, at=at, calendar=calendar, sent=sent)

    def before() -> Results[R] | None:
        job = views.job_before(job_id)
        return None if job is None else of(job)

    return Results(
        job=the_job,
        title=workflow.options.title,
        codes=workflow.options.codes,
        at=at,
        totals=views.totals(job_id),
        rows=rows,
        effects=views.effects(job_id),
        cases=_cases(views, workflow, the_job, rows),
        calendar=calendar or Calendar(),
        inputs=tuple(workflow.inputs),
        input_titles={name: workflow.title_of(name) for name in workflow.inputs},
        find_correctable=lambda headings: tuple(correctable(workflow, headings)),
        find_before=before,
        find_again=lambda: [of(job) for job in views.sent_again(job_id)],
        find_sent=lambda model: sent(views.first_job(job_id), model),
    )


def row_results(results: Results[Any]) -> list[RowResult]:
    """Say of every row that was sent what became of it; rows the sender left out keep what they say."""
    cases = {case.item.id: case for case in results.cases}
    return [_row_result(row, cases) for row in results.rows if row.ended is not RowEnd.LEFT_OUT]


def reason(row: RowStory) -> str:
    """Say in one sentence a problem why a row was rejected."""
    return " ".join(f"{one['column']} {one['rule']}.".strip() for one in row.problems)


def _cases(views: Views, workflow: Workflow[R], job: Job, rows: Sequence[RowStory]) -> list[CaseResult[R]]:
    places: dict[int, list[RowRef]] = defaultdict(list)
    for row in rows:
        if row.item and row.ended is RowEnd.ITEM:
            places[row.item.id].append(row.place)
    items = views.items(job.id)
    taken = views.takings([one.id for one in items if one.state is ItemState.CANCELLED])
    # Of an item that was erased, no row is left that could be shown.
    kept = views.kept_steps(job.id) if workflow.reporter is not None else {}
    return [
        replace(_case(workflow, item, places[item.id], taken.get(item.id)), kept=kept.get(item.id, {}),
                planned=job.dry_run and item.state is ItemState.COMPLETED)
        for item in items
        if item.data
    ]  # fmt: skip


def _case(workflow: Workflow[R], item: WorkItem, places: Sequence[RowRef], taken: Taking | None) -> CaseResult[R]:
    try:
        row = workflow.row_model.model_validate(item.data)
    except ValidationError:
        raise UsageError(
            f"the stored row of item {item.id} no longer fits the workflow {workflow.name}, which has changed since: "
            "read the results with the version that made them"
        ) from None
    if item.state is ItemState.FAILED and item.code:
        said = explain(item.code, workflow.options.codes)
        happened = " ".join(filter(None, (said.what_happened, _sentence(item.outcome or ""))))
        return CaseResult(item, row, places, happened, said.how_to_fix)
    if taken is not None:
        return CaseResult(item, row, places, taken.sentence, "")
    waits = item.state in (ItemState.PENDING, ItemState.RUNNING)
    return CaseResult(item, row, places, "Not finished yet." if waits else _sentence(item.outcome or ""), "")


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _who_has_it(row: RowStory) -> str:
    if row.item is None:
        return "Another row that was sent with it, or an earlier job, has this case already."
    return f"Job {row.item.job_id} had this case already, and was not finished."


def _row_result(row: RowStory, cases: Mapping[int, CaseResult[Any]]) -> RowResult:
    if row.ended is RowEnd.REJECTED:
        return RowResult(row.place, ENDS[row.ended], reason(row), "Correct the cell and choose Resubmit.")
    if row.ended is RowEnd.DUPLICATE or row.item is None:
        return RowResult(row.place, ENDS[RowEnd.DUPLICATE], _who_has_it(row), "If this row says something else, send "
                         "it again when the other is done.")  # fmt: skip
    case = cases.get(row.item.id)
    if case is None:
        end = end_of(row.item.state, row.item.outcome)
        return RowResult(row.place, end, "What was known of it was erased since, as decided.", "")
    if case.planned:
        return RowResult(row.place, case.end, f"Nothing was written. It would end as: {case.what_happened}", "")
    return RowResult(row.place, case.end, case.what_happened, case.how_to_fix)
