"""Writes a job's results into one workbook: the workflow's own sheets, or the sent sheet with three columns added."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from rpa.calendars import Calendar
from rpa.clock import Clock, local
from rpa.connectors.spreadsheet import ReportSheet, return_suffix, write_report, write_return_workbook
from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.columns import columns_of
from rpa.definition import Workflow
from rpa.evidence import EvidenceStore
from rpa.exceptions import UsageError
from rpa.library import WorkflowLibrary
from rpa.mappings import Mappings
from rpa.planning import password_of, password_of_all
from rpa.results.carried import with_what_became
from rpa.results.lines import mark_of
from rpa.results.sent import read_sent
from rpa.results.sheets import Layout, case_sheets
from rpa.results.story import Results, results_of, row_results
from rpa.secrets import Secrets
from rpa.views import Views


class Sources(Protocol):
    """What results are read from; a desk has it."""

    @property
    def views(self) -> Views:
        """Jobs, items and rows."""

    @property
    def evidence(self) -> EvidenceStore:
        """The kept copies of what was sent."""

    @property
    def workflows(self) -> WorkflowLibrary:
        """The workflows."""

    @property
    def secrets(self) -> Secrets:
        """What opens the files that need a password."""

    @property
    def mappings(self) -> Mappings:
        """Headings that are taken beside those the workflows ask for."""

    @property
    def clock(self) -> Clock:
        """The time."""

    @property
    def calendar(self) -> Calendar:
        """The trust's working days."""


def write_results(sources: Sources, job_id: int, target: Path) -> Path:
    """Write what became of a job; the file appears whole or not at all. It may be written again at any time.

    Of a plan that was carried out, it tells of each row what the job that carried it out made of it.

    Returns:
        Where it was written.

    Raises:
        NotFoundError: There is no such job, or the copy of what was sent or the secret that opens it is gone.
        UsageError: The name of the target ends wrongly.
    """
    workflow, results = _results(sources, job_id)
    if workflow.reporter is not None or len(workflow.inputs) > 1:
        return _write_sheets(sources, results, _sheets(workflow, results), target)
    return _write_returned(sources, workflow, results, target)


def write_page(sources: Sources, job_id: int, target: Path) -> Path | None:
    """Write the page that a workflow makes of its results beside the workbook, whole or not at all.

    Returns:
        Where it was written; None if the workflow makes none.
    """
    workflow, results = _results(sources, job_id)
    if workflow.pager is None:
        return None
    page: str = workflow.pager(results)
    with replaced(target) as draft:
        draft.write_text(page, encoding="utf-8")
    return target


def _results(sources: Sources, job_id: int) -> tuple[Workflow[Any], Results[Any]]:
    workflow = sources.workflows.get(sources.views.job(job_id).workflow)
    at = local(sources.clock.now())
    sent = partial(read_sent, sources, sources.mappings.of(workflow))

    def found(number: int) -> Results[Any]:
        return results_of(sources.views, workflow, number, at=at, calendar=sources.calendar, sent=sent)

    return workflow, with_what_became(found(job_id), [found(one) for one in sources.views.carried_out_by(job_id)])


def _sheets(workflow: Workflow[Any], results: Results[Any]) -> Sequence[ReportSheet]:
    if workflow.reporter is not None:
        sheets: Sequence[ReportSheet] = workflow.reporter(results)
        return sheets
    plain: Layout[Any] = Layout(
        kind=lambda _: "",
        known_by={"Key": workflow.key_of},
        columns={"Key": lambda row, _: workflow.key_of(row)},
        order=lambda row, _: workflow.key_of(row),
    )
    return case_sheets(results, plain)


def _write_sheets(sources: Sources, results: Results[Any], sheets: Sequence[ReportSheet], target: Path) -> Path:
    if target.suffix.lower() != ".xlsx":
        raise UsageError(f"{target.name} should end in .xlsx: the results are an Excel workbook")
    password = password_of_all(results.job.inputs, sources.secrets)
    write_report(target, sheets, properties=mark_of(results.job), password=password)
    return target


def _write_returned(sources: Sources, workflow: Workflow[Any], results: Results[Any], target: Path) -> Path:
    (described,), (model,) = results.job.inputs, workflow.inputs.values()
    headings = [heading for column in columns_of(model) for heading in column.wanted.headings]
    content = sources.evidence.read(str(described["sha256"]))
    with TemporaryDirectory() as folder:
        sent = Path(folder) / str(described["file"])  # the reader tells kinds of files by their names
        sent.write_bytes(content)
        if target.suffix.lower() != return_suffix(sent):
            raise UsageError(f"{target.name} should end in {return_suffix(sent)}, as the file that was sent asks for")
        password = password_of(described, sources.secrets)
        write_return_workbook(sent, target, row_results(results), job=results.job.id, headings=headings,
                              password=password)  # fmt: skip
    return target
