"""The sheets of a job that compares extracts: summary, put right, for a person, seen to, and rejected rows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from rpa.clock import local
from rpa.connectors.spreadsheet import ReportColumn, ReportRow, ReportSheet, Row, Tint, Value
from rpa.models import Effect
from rpa.results.lines import FOR_A_PERSON, REJECTED_ROWS, RESUBMIT
from rpa.results.story import ENDS, PLANNED, CaseResult, Results, end_of
from rpa.states import EffectState, Failure, ItemState, RowEnd
from rpa.views import RowStory

R = TypeVar("R", bound=Row)

_WRITTEN = (EffectState.MADE, EffectState.CONFIRMED, EffectState.PLANNED)
_OUTCOME = (ReportColumn("Outcome", 15, (RESUBMIT,)), ReportColumn("What happened", 40), ReportColumn("How to fix", 48))
_ALWAYS = (ItemState.COMPLETED, ItemState.FAILED, RowEnd.REJECTED)
"""Ends that the summary counts even if no row has them."""
_ERASED = "(erased)"
"""The class of rows of a patient of whom nothing is known any more."""
_DIGEST_SHOWN = 12
_MOST_NAMED = 10
"""So many rows are named one by one."""


@dataclass(frozen=True, slots=True)
class Layout(Generic[R]):
    """How a workflow's cases are shown to a person."""

    kind: Callable[[R], str]
    """The class of a case."""
    known_by: Mapping[str, Callable[[R], Value]]
    """The columns by which a person finds what was put right, by heading."""
    columns: Mapping[str, Callable[[R, date], Value]]
    """What a person needs to deal with a case, by heading; each is handed the row and the present day."""
    order: Callable[[R, date], Any]
    """What cases are sorted by: the most pressing first."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What the fields that are written are called on the sheet."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What classes and codes are called on the sheet, where the name itself says little."""


def case_sheets(results: Results[R], layout: Layout[R]) -> list[ReportSheet]:
    """Return the sheets; every row that came in is counted once in the summary.

    What people took from the robot has a sheet where they took anything.
    """
    people = [_for_a_person(results, layout), *_seen_to(results, layout)]
    return [_summary(results, layout), _put_right(results, layout), *people, _rejected(results)]


def _summary(results: Results[R], layout: Layout[R]) -> ReportSheet:
    kinds = {case.item.id: _kind(case, results, layout) for case in results.cases}
    ended = {case.item.id: case.end for case in results.cases}
    counted = Counter(
        (results.title_of(row.place.input), row.place.sheet, _kind_of_row(row, kinds), _end(row, ended))
        for row in results.rows
    )
    found = {end for *_, end in counted} | {ENDS[end] for end in _ALWAYS}
    if results.only_planned:
        found = found - {ENDS[ItemState.COMPLETED]} | {PLANNED}
    ends = [end for end in dict.fromkeys([PLANNED, *ENDS.values()]) if end in found]
    tables = sorted({(results.title_of(row.place.input), row.place.sheet) for row in results.rows})
    lines = [line for table in tables for line in _totals_of(table, counted, ends)]
    one_list = len(results.inputs) == 1
    whole = "Every row of every extract is counted once: the classes add up to the rows of the extract."
    return ReportSheet(
        "Summary",
        [*_where_headings(results), ReportColumn("Class", 30), "Rows", *ends],
        [ReportRow(line.cells[1:], line.tint) if one_list else line for line in lines],
        title=f"{results.title}: job {results.job.id}{_carried(results)}",
        note="Every row is counted once: the classes add up to all rows." if one_list else whole,
        facts=_facts(results),
    )


def _where_headings(results: Results[Any]) -> list[str]:
    """Name the columns that say where a row stood; a workflow that takes one list needs no name for it."""
    return ["Sheet"] if len(results.inputs) == 1 else ["Extract", "Sheet"]


def _carried(results: Results[R]) -> str:
    if results.carried_out_by:
        return f", carried out by job {' and '.join(map(str, results.carried_out_by))}"
    return ", dry run" if results.job.dry_run else ""


def _facts(results: Results[R]) -> list[tuple[str, str]]:
    job, one_list = results.job, len(results.inputs) == 1
    files = [("File" if one_list else results.title_of(str(one["name"])),
              f"{one['file']} (kept copy {str(one['sha256'])[:_DIGEST_SHOWN]}…)") for one in job.inputs]  # fmt: skip
    new = "a new list" if one_list else "new extracts"
    sent = f"the returned workbook of job {job.parent_id}" if job.parent_id else new
    sent = f"what job {job.reverses} changed, to put it back" if job.reverses else sent
    return [
        ("Asked for by", f"{job.requested_by}, {local(job.submitted_at):%d/%m/%Y %H:%M}"),
        ("Finished", f"{local(job.completed_at):%d/%m/%Y %H:%M}" if job.completed_at else "not yet"),
        ("Made from", sent),
        *files,
        *_duplicates(results),
    ]


def _duplicates(results: Results[Any]) -> Iterator[tuple[str, str]]:
    """Name the rows that were not done because another row has the same case."""
    places: dict[str, list[str]] = defaultdict(list)
    for row in results.rows:
        if row.ended is RowEnd.DUPLICATE:
            elsewhere = row.item is not None and row.item.job_id != results.job.id
            label = "Done before" if results.job.parent_id else "There twice"
            one_list = len(results.inputs) == 1
            of = "" if one_list else f"{results.title_of(row.place.input)}, "
            where = f"{of}{row.place.sheet} row {row.place.row}"
            places["In an earlier job" if elsewhere else label].append(where)
    for label, some in places.items():
        more = f" and {len(some) - _MOST_NAMED:,} more" if len(some) > _MOST_NAMED else ""
        yield label, "; ".join(some[:_MOST_NAMED]) + more


def _totals_of(table: tuple[str, str], counted: Mapping[tuple[str, str, str, str], int],
               ends: Sequence[str]) -> Iterator[ReportRow]:  # fmt: skip
    kinds = sorted({kind for *place, kind, _ in counted if tuple(place) == table})
    for kind in kinds:
        counts = [counted.get((*table, kind, end), 0) for end in ends]
        yield ReportRow([*table, kind, sum(counts), *counts])
    sums = [sum(counted.get((*table, kind, end), 0) for kind in kinds) for end in ends]
    yield ReportRow([*table, "All rows", sum(sums), *sums], Tint.TOTAL)


def _kind(case: CaseResult[R], results: Results[R], layout: Layout[R]) -> str:
    """Return the class of a case: the workflow's own code if it found one while it worked."""
    code = case.item.code
    kind = code if code is not None and code in results.codes else layout.kind(case.row)
    return layout.words.get(kind, kind)


def _kind_of_row(row: RowStory, kinds: Mapping[int, str]) -> str:
    if row.ended is RowEnd.ITEM and row.item:
        return kinds.get(row.item.id, _ERASED)
    return f"({ENDS[row.ended].lower()})"


def _end(row: RowStory, ended: Mapping[int, str]) -> str:
    if row.ended is RowEnd.ITEM and row.item:
        return ended.get(row.item.id, end_of(row.item.state, row.item.outcome))
    return ENDS[row.ended]


def _put_right(results: Results[R], layout: Layout[R]) -> ReportSheet:
    written: dict[int, list[Effect]] = {}
    for effect in results.effects:
        if effect.state in _WRITTEN:
            written.setdefault(effect.item_id, []).append(effect)
    lines = [
        [*(show(case.row) for show in layout.known_by.values()), layout.kind(case.row), *cells, case.what_happened]
        for case in sorted(_worked(results), key=lambda case: case.item.key)
        for cells in _changes(case, written.get(case.item.id, []), layout.fields)
    ]
    columns = [*layout.known_by, "Class", "Record", "Field", "Before", "After", "When", "Outcome"]
    note = "Before is what the system showed when the robot looked; after is what it showed once it had written."
    if results.only_planned:
        note = "A dry run: nothing was written. This is what would be put right."
    return ReportSheet("Put right", columns, lines, title="Put right", note=note)


def _worked(results: Results[R]) -> list[CaseResult[R]]:
    """Return the cases that somebody put right; those that agreed from the start were never attempted.

    Of a plan that was carried out, what is still only planned is not among them.
    """
    done = [case for case in results.cases if case.item.state is ItemState.COMPLETED and case.item.attempts]
    return [case for case in done if results.only_planned or not case.planned]


def _changes(case: CaseResult[R], effects: Sequence[Effect], names: Mapping[str, str]) -> Iterator[list[Value]]:
    for effect in effects:
        before, after = effect.before or {}, effect.after or {}
        for name in after:
            if before.get(name) != after[name]:
                when = local(effect.ended_at or effect.intended_at).replace(tzinfo=None)
                label = names.get(name, name.replace("_", " "))
                yield [effect.what, label, _readable(before.get(name)), _readable(after[name]), when]
    if not effects:
        yield ["", "", "", "", local(case.item.updated_at).replace(tzinfo=None)]


def _readable(value: Any) -> Value:
    """Return a date that was kept as ISO text as a date."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(value)
        except (TypeError, ValueError):
            continue
    return None if value is None else str(value)


def _for_a_person(results: Results[R], layout: Layout[R]) -> ReportSheet:
    today = results.at.date()
    cases = sorted((case for case in results.cases if case.item.state is ItemState.FAILED),
                   key=lambda case: (layout.order(case.row, today), case.item.key))  # fmt: skip
    lines = [
        ReportRow(
            [
                case.item.id,
                _kind(case, results, layout),
                *(show(case.row, today) for show in layout.columns.values()),
                case.end,
                case.what_happened,
                case.how_to_fix,
            ],
            Tint.NONE if case.item.failure is Failure.BUSINESS else Tint.ATTENTION,
        )
        for case in cases
    ]
    open_to_hand = ", ".join(results.correctable(tuple(layout.columns)))
    note = (
        "Do what How to fix says. Once it is put right in the system, choose Resubmit in the column Outcome, save, and "
        "send this workbook again. Where How to fix asks for an extract, send that instead. Nothing else on this sheet "
        "is read."
    )
    if open_to_hand:
        note = (
            f"Do what How to fix says, in the system or here in the columns {open_to_hand}. Then choose Resubmit in "
            "the column Outcome, save, and send this workbook again."
        )
    columns: list[ReportColumn | str] = ["Item", "Class", *layout.columns, *_OUTCOME]
    return ReportSheet(
        FOR_A_PERSON, columns, lines, title=FOR_A_PERSON, note=note if lines else "None: no row is for a person."
    )


def _seen_to(results: Results[R], layout: Layout[R]) -> Iterator[ReportSheet]:
    """Yield the sheet of what people took from the robot, if they took anything: who did what, and when."""
    today = results.at.date()
    cases = [case for case in results.cases if case.item.state is ItemState.CANCELLED]
    lines = [
        [_kind(case, results, layout), *(show(case.row, today) for show in layout.columns.values()), case.end,
         case.what_happened]
        for case in sorted(cases, key=lambda case: (layout.order(case.row, today), case.item.key))
    ]  # fmt: skip
    columns: list[ReportColumn | str] = [
        "Class",
        *layout.columns,
        ReportColumn("Outcome", 15),
        ReportColumn("What happened", 60),
    ]
    note = "What people took from the robot. Nothing is left to do, and nothing on this sheet is read."
    if lines:
        yield ReportSheet("Seen to", columns, lines, title="Seen to", note=note)


def _rejected(results: Results[Any]) -> ReportSheet:
    lines = [line for row in results.rows if row.ended is RowEnd.REJECTED for line in _rejected_lines(row, results)]
    note = "Write the right value beside each, choose Resubmit in the column Outcome, and send this workbook again."
    columns: list[ReportColumn | str] = [
        *_where_headings(results),
        "Row",
        "Column",
        ReportColumn("Corrected value", 22),
        *_OUTCOME,
    ]
    lines = [line[1:] if len(results.inputs) == 1 else line for line in lines]
    return ReportSheet(REJECTED_ROWS, columns, lines, title=REJECTED_ROWS,
                       note=note if lines else "None: every row could be read.")  # fmt: skip


def _rejected_lines(row: RowStory, results: Results[Any]) -> Iterator[list[Value]]:
    """Yield a line for each problem."""
    for one in row.problems:
        what = f"{one['column']} {one['rule']}.".strip()
        fix = "Write the right value in the column Corrected value, and choose Resubmit."
        place: list[Value] = [results.title_of(row.origin.input), row.origin.sheet, row.origin.row]
        yield [*place, one["column"], None, ENDS[RowEnd.REJECTED], what, fix]
