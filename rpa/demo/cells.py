"""Writes a table of an extract the way such sheets arrive: titles above, numbers as text, dates as text, empty rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from rpa.demo.clinic.codes import PRIORITIES
from rpa.demo.differences import Cells, Value

HEADING_ROW = 3
EMPTY_ROWS = 6
NBSP = "\u00a0"

Written = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one extract looks like around its rows."""

    name: str
    title: str
    first_column: int = 1


def write_extract(path: Path, sheet: Sheet, rows: Sequence[Cells], *, random: Random, hidden: int) -> None:
    """Write rows in their various spellings; `hidden` is the position of the one row that is hidden."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise TypeError("a new workbook has no sheet")
    page.title = sheet.name
    page.cell(1, sheet.first_column, sheet.title).font = Font(bold=True, size=14)
    _write_headings(page, sheet, list(rows[0]))
    for number, row in enumerate(rows, HEADING_ROW + 1):
        _write_row(page, number, [spelled(name, value, random) for name, value in row.items()], sheet.first_column)
    page.row_dimensions[HEADING_ROW + 1 + hidden].hidden = True
    for number in range(HEADING_ROW + 1 + len(rows), HEADING_ROW + 1 + len(rows) + EMPTY_ROWS):
        # Rows that somebody formatted and left empty: the sheet's used range goes on over them.
        page.cell(number, sheet.first_column).fill = PatternFill("solid", "FFF8E1")
    book.save(path)


def spelled(name: str, value: Value, random: Random) -> Written:
    """Return a value as one of the ways in which people and systems write it into a sheet."""
    if name == "NHS number" and isinstance(value, str) and len(value) == 10 and value.isdigit():
        return _nhs_number(value, random.randrange(12))
    if name == "Priority" and isinstance(value, str):
        return _priority(value, random.randrange(8))
    if name in ("Specialty", "Attendance code", "Outcome code") and isinstance(value, str):
        return int(value) if random.random() < 0.3 else value
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M") if random.random() < 0.15 else value
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if random.random() < 0.2 else value
    if name in ("Status", "Service") and isinstance(value, str):
        return {0: value.upper(), 1: f"{value}{NBSP}"}.get(random.randrange(20), value)
    return value


def _nhs_number(value: str, way: int) -> Written:
    three = (value[:3], value[3:6], value[6:])
    ways: Mapping[int, Written] = {
        0: " ".join(three),
        1: "-".join(three),
        2: NBSP.join(three),
        3: float(value),
        4: int(value),
        5: f" {value} ",
        6: f"{value}.0",
    }
    return ways.get(way, value)


def _priority(value: str, way: int) -> Written:
    name = PRIORITIES[value]
    ways: Mapping[int, Written] = {0: value, 1: int(value), 2: name.lower(), 3: f"{name} "}
    return ways.get(way, name)


def _write_headings(page: Worksheet, sheet: Sheet, headings: list[str]) -> None:
    for column, heading in enumerate(headings, sheet.first_column):
        cell = page.cell(HEADING_ROW, column, heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", "0B4F6C")
        page.column_dimensions[cell.column_letter].width = max(14, len(heading) + 4)


def _write_row(page: Worksheet, number: int, values: list[Written], first_column: int) -> None:
    for column, value in enumerate(values, first_column):
        cell = page.cell(number, column, value)
        if isinstance(value, datetime):
            cell.number_format = "dd/mm/yyyy hh:mm"
        elif isinstance(value, date):
            cell.number_format = "dd/mm/yyyy"
