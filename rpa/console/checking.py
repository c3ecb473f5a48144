"""Looks at what was sent before anything is started: how many rows are good, and which ones can't be used and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rpa.connectors.spreadsheet import ReportSheet, Table, write_report
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.limits import Limits
from rpa.connectors.spreadsheet.parser import warm_parser
from rpa.console.seeing import Seer, may_see
from rpa.definition import Workflow
from rpa.desk import Desk
from rpa.exceptions import UsageError
from rpa.models import Job
from rpa.planning import name_files, read_tables
from rpa.resubmission import find_returned
from rpa.runpage.words import shown
from rpa.secrets import Credential


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that breaks a rule: the row as Excel counts it, the heading, what the cell says, and the rule."""

    row: int
    column: str
    says: str
    rule: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One file, looked at."""

    table: Table[Any]
    bad: Sequence[BadCell]


@dataclass(frozen=True, slots=True)
class Look:
    """All files of an upload, looked at; `returned` is the job whose results workbook comes back."""

    checked: Sequence[Checked]
    returned: Job | None = None

    @property
    def ready(self) -> int:
        """Rows that can be used."""
        return sum(len(one.table.rows) for one in self.checked)

    @property
    def bad_rows(self) -> int:
        """Rows that can't."""
        return sum(len(one.table.rejected) for one in self.checked)


def look(desk: Desk, workflow: Workflow[Any], files: Sequence[str], *, most: int) -> Look:
    """Read the files as the job would, and say what is wrong with the first rows that can't be used.

    Raises:
        InputRefused: A file as a whole can't be taken.
    """
    password = _password(desk, workflow)
    returned = find_returned(workflow, files, desk.views, password=password)
    if returned is not None:
        return Look((), returned.job)
    named = name_files(workflow, files)
    tables = read_tables(workflow, named, also=desk.mappings.of(workflow), password=password)
    return Look([Checked(one, _bad_cells(one, named[one.name], password, most=most)) for one in tables.values()])


def refuse_unseen(who: Seer, workflow: Workflow[Any], files: Sequence[str]) -> None:
    """Make sure that nobody gets at the rows of others by a results workbook of theirs.

    Raises:
        UsageError: It is one, and he may not see the job that it tells of.
    """
    desk = who.site.desk
    returned = find_returned(workflow, files, desk.views, password=_password(desk, workflow))
    if returned is not None and not may_see(who, returned.job):
        raise UsageError(
            f"{returned.path.name} holds results of a job of others, expected those of your own or of your team: send "
            "it back to whoever sent that job"
        )


def write_bad_rows(desk: Desk, workflow: Workflow[Any], files: Sequence[str], target: Path) -> None:
    """Write a workbook of the rows that can't be used, with a column that says why; it can be sent when corrected."""
    password, named = _password(desk, workflow), name_files(workflow, files)
    tables = read_tables(workflow, named, also=desk.mappings.of(workflow), password=password)
    sheets = [_sheet(one, _grid(named[one.name], one, password)) for one in tables.values() if one.rejected]
    write_report(target, sheets, password=password if any(one.secret for one in tables.values()) else None)


def _password(desk: Desk, workflow: Workflow[Any]) -> Credential | None:
    name = desk.settings.workbook_passwords.get(workflow.name)
    return desk.secrets.get(name) if name else None


def _bad_cells(table: Table[Any], path: Path, password: Credential | None, *, most: int) -> list[BadCell]:
    if not table.rejected:
        return []
    grid = _grid(path, table, password)
    places = _places(grid, table)
    found = []
    for row in table.rejected[:most]:
        cells = _cells(grid, row.source.row)
        found += [BadCell(row.source.row, one.column, _says(cells, places, one.column), one.rule)
                  for one in row.problems]  # fmt: skip
    return found[:most]


def _grid(path: Path, table: Table[Any], password: Credential | None) -> Grid:
    book = warm_parser().read(path, sheet=table.sheet, limits=Limits(), password=password)
    return next(one for one in book.grids if one.sheet == table.sheet)


def _places(grid: Grid, table: Table[Any]) -> Mapping[str, int]:
    return {str(one).strip(): place for place, one in enumerate(_cells(grid, table.header_row)) if str(one).strip()}


def _cells(grid: Grid, row: int) -> Sequence[Cell]:
    return grid.rows[row - grid.first_row]


def _says(cells: Sequence[Cell], places: Mapping[str, int], column: str) -> str:
    place = places.get(column.strip())
    return shown(cells[place]) if place is not None and place < len(cells) else ""


def _sheet(table: Table[Any], grid: Grid) -> ReportSheet:
    places = _places(grid, table)
    rows = []
    for row in table.rejected:
        cells = _cells(grid, row.source.row)
        mine = [cells[place] if place < len(cells) else "" for place in places.values()]
        rows.append([*mine, row.source.row, " ".join(_sentences(row.problems))])
    return ReportSheet(table.sheet, [*places, "Row in your file", "Problem"], rows)


def _sentences(problems: Iterable[object]) -> list[str]:
    return [f"{str(one).rstrip('.')}." for one in problems]
