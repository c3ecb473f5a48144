"""Write workbooks that are ours from the start: reports people read, filter and print."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from rpa.connectors.spreadsheet.atomic import replaced
from rpa.connectors.spreadsheet.booklook import Look, height_of, new_book, sheet_name, write_value
from rpa.connectors.spreadsheet.formats import Value
from rpa.connectors.spreadsheet.unlock import protect
from rpa.secrets import Credential

NARROWEST, WIDEST = 9.0, 48.0
MEASURED_ROWS = 500
DATE_WIDTH = 17.0
ARROW = 4.0
"""What the filter's arrow takes of a heading's width."""


class Tint(StrEnum):
    """How a row is shaded, to help the eye; its words say the same."""

    NONE = "none"
    GOOD = "good"
    ATTENTION = "attention"
    PROBLEM = "problem"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of a report; its width comes from what is in it unless given; `choices` makes a drop-down."""

    heading: str
    width: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of a report with its shade."""

    cells: Sequence[Value]
    tint: Tint = Tint.NONE


@dataclass(frozen=True, slots=True)
class ReportSheet:
    """One sheet: a title, a line under it, a few facts, and a table with one cell in each row for each column."""

    name: str
    columns: Sequence[ReportColumn | str]
    rows: Sequence[ReportRow | Sequence[Value]]
    title: str = ""
    note: str = ""
    facts: Sequence[tuple[str, str]] = ()
    """Lines of a name and a text above the table."""

    def table(self) -> tuple[list[ReportColumn], list[ReportRow]]:
        """Return columns and rows in their long form."""
        columns = [ReportColumn(column) if isinstance(column, str) else column for column in self.columns]
        return columns, [row if isinstance(row, ReportRow) else ReportRow(row) for row in self.rows]


def write_report(target: Path, sheets: Sequence[ReportSheet], *, properties: Mapping[str, str] | None = None,
                 password: Credential | None = None) -> None:  # fmt: skip
    """Write a workbook whole or not at all; the same content gives the same bytes.

    Args:
        target: the file to write.
        sheets: what is in it, in order.
        properties: words for a program that no cell shows; `custom_properties` reads them.
        password: a secret whose password is to open it; nobody is asked for one if not given.
    """
    with replaced(target) as draft:
        if password is None:
            _write_book(draft, sheets, properties or {})
        else:
            opened = io.BytesIO()
            _write_book(opened, sheets, properties or {})
            protect(opened.getvalue(), password.password, draft)


def _write_book(target: Path | IO[bytes], sheets: Sequence[ReportSheet], properties: Mapping[str, str]) -> None:
    with new_book(target) as book:
        for name, value in properties.items():
            book.set_custom_property(name, value, "text")
        look = Look(book)
        taken: set[str] = set()
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet_name(sheet.name, taken)), sheet, look)


def _write_sheet(page: Worksheet, sheet: ReportSheet, look: Look) -> None:
    columns, rows = sheet.table()
    top = _write_title(page, sheet, look)
    widths = [c.width or _width(c, [row.cells[i] for row in rows[:MEASURED_ROWS]]) for i, c in enumerate(columns)]
    page.set_row(top, height_of([column.heading for column in columns], [width - ARROW for width in widths]))
    for place, column in enumerate(columns):
        page.write_string(top, place, column.heading, look.header)
        page.set_column(place, place, widths[place])
    for number, row in enumerate(rows, top + 1):
        page.set_row(number, height_of(row.cells, widths))
        for place, value in enumerate(row.cells):
            write_value(page, (number, place), value, None, look, row.tint)
    last = top + len(rows)
    _add_choices(page, columns, top + 1, last)
    if rows:
        page.autofilter(top, 0, last, len(columns) - 1)
    page.freeze_panes(top + 1, 0)
    _set_print(page, top)


def _write_title(page: Worksheet, sheet: ReportSheet, look: Look) -> int:
    """Write title and note; return the row, counted from 0, in which the headings go."""
    top = 0
    for text, form in ((sheet.title, look.title), (sheet.note, look.note)):
        if text:
            page.write_string(top, 0, text, form)
            top += 1
    for name, text in sheet.facts:
        page.write_string(top, 0, name, look.note)
        page.write_string(top, 1, text)
        top += 1
    return top + 1 if top else 0


def _add_choices(page: Worksheet, columns: Sequence[ReportColumn], first: int, last: int) -> None:
    for place, column in enumerate(columns):
        if column.choices and last >= first:
            choice = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            page.data_validation(first, place, last, place, choice)


def _width(column: ReportColumn, values: Sequence[Value]) -> float:
    """Return a width that shows most of what is in a column; longer texts wrap."""
    texts = [len(line) for value in values if isinstance(value, str | int | float) for line in str(value).split("\n")]
    dates = any(value is not None and not isinstance(value, str | int | float) for value in values)
    # a heading wraps at its spaces, and carries the filter's arrow
    heading = max(map(len, column.heading.split() or [""])) + ARROW + 1
    return max(NARROWEST, heading, DATE_WIDTH if dates else 0, min(max(texts, default=0) + 2, WIDEST))


def _set_print(page: Worksheet, top: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_margins(left=0.4, right=0.4)
    page.set_footer("&L&A&RPage &P of &N")
