"""Makes a job of a results workbook that came back: only what a person marked runs, as the same items."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rpa.connectors.spreadsheet import Problem, Row, Table, read_corrected, read_table
from rpa.definition import Case, Workflow
from rpa.evidence import EvidenceStore
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Job, LostRow, NewItem, RowRef, Submission, WorkItem
from rpa.planning import Request, cases_of, check_params, described, lost_rows, make_item, make_submission, password_of
from rpa.results.beside import Cells, cells_beside, corrected_row
from rpa.results.lines import FOR_A_PERSON, INPUT, REJECTED_ROWS, PersonLine, RejectedLine, mark_in, mark_of
from rpa.secrets import Credential, Secrets
from rpa.states import ItemState, RowEnd
from rpa.views import Views

Lines = Sequence[RejectedLine]
_LONGEST_NUMBER = 15
"""A longer number is no job's, and too large for the database to be asked for."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A results workbook that came back, and the job it tells of."""

    path: Path
    job: Job


def find_returned(workflow: Workflow[Any], files: Sequence[str], views: Views, *,
                  password: Credential | None = None) -> Returned | None:  # fmt: skip
    """Return the results workbook if that is what was sent; None for files a new job is made of.

    Raises:
        UsageError: It is the workbook of another workflow, or was not made here.
    """
    path = Path(files[0]) if len(files) == 1 else None
    mark = mark_in(path, password=password) if path and path.is_file() else {}
    if path is None or not mark:
        return None
    try:
        job = views.job(int(mark.get("rpa-job", "")[:_LONGEST_NUMBER]))
    except (ValueError, NotFoundError):
        job = None  # somebody changed the mark, or the workbook is from elsewhere
    if job is None or mark != mark_of(job) or job.workflow != workflow.name:
        raise UsageError(
            f"{path.name} holds results of {mark.get('rpa-workflow')!r}, job {mark.get('rpa-job')}, expected results "
            f"of {workflow.name} that were made here: send it where it came from"
        )
    if job.reverses is not None:
        raise UsageError(
            f"{path.name} tells of what put job {job.reverses} back, expected results of the work itself: what is left "
            f"of it is planned anew with `rpa reverse {job.reverses} --again --why REASON`"
        )
    return Returned(path, job)


@dataclass(frozen=True, slots=True)
class Resubmission:
    """Reads a returned workbook against what its job was made of.

    What is marked on the sheet for people becomes the same items again, with what was corrected there in a column that
    the list has too. A corrected cell of a rejected row is put into the extract it came from, in a copy; all is
    compared anew, and the cases that the corrected rows belong to become items.
    """

    workflow: Workflow[Any]
    views: Views
    evidence: EvidenceStore
    secrets: Secrets
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Headings that are taken beside the workflow's own, by input."""

    def make(self, returned: Returned, request: Request) -> Submission:
        """Return the job to store; every line of both sheets has an end in it.

        Raises:
            UsageError: Nothing is marked, so there is nothing to do.
        """
        password = request.password
        people = read_table(returned.path, PersonLine, name=INPUT, sheet=FOR_A_PERSON, password=password)
        refused = self._refused(returned.path, password)
        if not any(line.resubmit for table in (people, refused) for line in table):
            raise UsageError(
                f"{returned.path.name} has no row marked Resubmit, expected one at least: choose Resubmit in the "
                "column Outcome of each row that was put right, save the file and send it again"
            )
        request = replace(request, params={**returned.job.params, **request.params}, parent=returned.job.id)
        # Corrected rows come first: where both are marked, the item is to hold the corrected row.
        beside = cells_beside(self.workflow, returned.path, password=password)
        ends = [*self._replanned(returned, refused, request), *self._again(returned.job, people, beside)]
        ends += [end for table in (people, refused) for end in _unmarked(table)]
        return make_submission(self.workflow, ends, [_described_as_one(people, refused)], request)

    def _refused(self, path: Path, password: Credential | None) -> Table[RejectedLine]:
        """Read the sheet of rejected rows; where there is one list, it needs no name on the sheet."""
        table = read_table(path, RejectedLine, name=INPUT, sheet=REJECTED_ROWS, password=password)
        # A sheet that was made before its workflow gave titles has the names themselves.
        names = {self.workflow.title_of(name): name for name in self.workflow.inputs}
        alone = next(iter(names.values())) if len(names) == 1 else ""
        named = (line.model_copy(update={"extract": names.get(line.extract, line.extract) or alone}) for line in table)
        return replace(table, rows=tuple(named))

    def _again(self, job: Job, people: Table[PersonLine],
               beside: Mapping[RowRef, Cells]) -> Iterator[NewItem | LostRow]:  # fmt: skip
        jobs = (job.id, *self.views.carried_out_by(job.id))  # the workbook of a plan tells of what carried it out
        items = {item.id: item for number in jobs for item in self.views.items(number)}
        for line in people:
            if line.resubmit:
                item = items.get(line.item)
                end = _same_item(line.source, item)
                if item and isinstance(end, NewItem):
                    row = corrected_row(self.workflow, item, beside.get(line.source, {}), line.source)
                    end = end if row is None else make_item(self.workflow, Case(row, of=[row]))
                yield end

    def _replanned(self, returned: Returned, refused: Table[RejectedLine],
                   request: Request) -> Iterator[NewItem | LostRow]:  # fmt: skip
        marked: dict[RowRef, list[RejectedLine]] = defaultdict(list)
        for line in refused:
            if line.resubmit:
                marked[RowRef(line.extract, line.sheet, line.number)].append(line)
        if not marked:
            return
        tables = self._corrected_tables(returned, [line for lines in marked.values() for line in lines])
        params = check_params(self.workflow, request.params)
        cases = cases_of(self.workflow, tables, params, today=request.today, calendar=request.calendar)
        yield from _items(self.workflow, cases, marked)
        good = {row.source for case in cases for row in case.of}
        problems = {row.source: row.problems for table in tables.values() for row in table.rejected}
        for place, lines in marked.items():
            if place not in good:
                yield from _still_rejected(lines, problems.get(place, _UNKNOWN))

    def _corrected_tables(self, returned: Returned, lines: Lines) -> dict[str, Table[Any]]:
        """Read the extracts of the first job with every correction made since then."""
        first, earlier = returned.job, list[RejectedLine]()
        with TemporaryDirectory() as folder:
            while first.parent_id is not None:
                (sent,) = self._kept_files(first, Path(folder) / str(first.id)).values()
                password = password_of(first.inputs[0], self.secrets)
                earlier = [
                    *self._refused(sent, password),
                    *earlier,
                ]
                first = self.views.job(first.parent_id)
            cells = _corrections([*earlier, *lines])
            files = self._kept_files(first, Path(folder) / str(first.id))
            opens = {str(one["name"]): password_of(one, self.secrets) for one in first.inputs}
            return {
                name: read_corrected(path, self.workflow.inputs[name], cells.get(name, {}), name=name,
                                     also=self.also.get(name, {}), password=opens[name])
                for name, path in files.items()
            }  # fmt: skip

    def _kept_files(self, job: Job, folder: Path) -> dict[str, Path]:
        """Write the kept copies of a job's files under their own names: the reader tells kinds of files by them."""
        files = {str(one["name"]): folder / str(one["name"]) / str(one["file"]) for one in job.inputs}
        for one in job.inputs:
            path = files[str(one["name"])]
            path.parent.mkdir(parents=True)
            path.write_bytes(self.evidence.read(str(one["sha256"])))
        return files


_UNKNOWN = (Problem("Row", "is no row of the extract that was sent: leave these columns as they were"),)


def _same_item(place: RowRef, item: WorkItem | None) -> NewItem | LostRow:
    match item:
        case None:
            problem = {"column": "Item", "rule": "is no item of this job: leave this column as it was"}
            return LostRow(place, RowEnd.REJECTED, [problem])
        case WorkItem(state=ItemState.COMPLETED):
            return LostRow(place, RowEnd.DUPLICATE)
        case _:
            return NewItem(item.key, item.data, [place])


def _items(workflow: Workflow[Any], cases: Sequence[Case[Any]], marked: Mapping[RowRef, Lines]) -> Iterator[NewItem]:
    for case in cases:
        places = [line.source for row in case.of for line in marked.get(row.source, ())]
        if places:
            yield replace(make_item(workflow, case), places=places)


def _still_rejected(lines: Lines, problems: Sequence[Problem]) -> Iterator[LostRow]:
    """Say with the first line of a row all that is still wrong with it, and where the row is."""
    first, *others = lines
    where = {"extract": first.extract, "sheet": first.sheet, "row": str(first.number)}
    said = [{"column": one.column, "rule": one.rule, **where} for one in problems]
    yield LostRow(first.source, RowEnd.REJECTED, said)
    yield from (LostRow(line.source, RowEnd.REJECTED) for line in others)


def _corrections(lines: Lines) -> dict[str, dict[tuple[int, str], Any]]:
    """Return the corrected cells by extract; a later correction of a cell replaces an earlier one."""
    cells: dict[str, dict[tuple[int, str], Any]] = defaultdict(dict)
    for line in lines:
        if line.resubmit and line.heading and line.corrected not in (None, ""):
            cells[line.extract][line.number, line.heading] = line.corrected
    return cells


def _unmarked(table: Table[Any]) -> Iterator[LostRow]:
    yield from lost_rows(table)
    rows: Sequence[Row] = table.rows
    yield from (LostRow(row.source, RowEnd.LEFT_OUT) for row in rows if not row.resubmit)


def _described_as_one(people: Table[PersonLine], refused: Table[RejectedLine]) -> dict[str, Any]:
    first, second = described(people), described(refused)
    sums = {name: first[name] + second[name] for name in ("rows", "rejected", "left_out", "hidden_rows")}
    return {**first, **sums, "sheet": f"{people.sheet}, {refused.sheet}"}
