"""Make a new workbook from a sheet's values, where the file that was sent has no look to keep."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import IO

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from rpa.connectors.spreadsheet.added import RESUBMIT, WIDTHS, Added
from rpa.connectors.spreadsheet.booklook import Look, height_of, new_book, sheet_name, write_value
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import RETURN_HEADINGS

NARROWEST, WIDEST = 9, 40
MEASURED_ROWS = 200


def rebuild(target: Path | IO[bytes], grids: Sequence[Grid], added: Mapping[str, Added]) -> None:
    """Write every sheet's values, and into some of them the three columns."""
    with new_book(target) as book:
        look = Look(book)
        taken: set[str] = set()
        for grid in grids:
            sheet = book.add_worksheet(sheet_name(grid.sheet, taken))
            if not grid.visible:
                sheet.hide()
            _write(sheet, grid, added.get(grid.sheet), look)


def _write(sheet: Worksheet, grid: Grid, added: Added | None, look: Look) -> None:
    header = added.header_row if added else 0
    own = set(added.columns) if added else set()
    for number, row in enumerate(grid.rows, grid.first_row):
        for column, cell in enumerate(row):
            cell = grid.errors.get(number, {}).get(column, cell)
            if isinstance(cell, bool):
                sheet.write_boolean(number - 1, column, cell)
            elif cell != "" and not (column in own and added and number in added.texts):
                write_value(sheet, (number - 1, column), cell, look.header if number == header else None, look)
    widths = _widths(grid)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if added:
        _add(sheet, added, look)
        _set_heights(sheet, grid, added, widths)


def _add(sheet: Worksheet, added: Added, look: Look) -> None:
    for column, heading, width in zip(added.columns, RETURN_HEADINGS, WIDTHS, strict=True):
        sheet.write_string(added.header_row - 1, column, heading, look.header)
        sheet.set_column(column, column, width)
    for row, texts in added.texts.items():
        for column, text in zip(added.columns, texts, strict=True):
            sheet.write_string(row - 1, column, text, look.tinted("attention") if texts[2] else look.text)
    for first, last in added.to_fix():
        choice = {"validate": "list", "source": [RESUBMIT], "input_title": "Send again", "input_message": added.prompt}
        sheet.data_validation(
            first - 1, added.columns[0], last - 1, added.columns[0], choice | {"error_type": "warning"}
        )
    sheet.freeze_panes(added.header_row, 0)


def _set_heights(sheet: Worksheet, grid: Grid, added: Added, widths: Sequence[int]) -> None:
    """Give each row that something is added to the room that all its texts need, the sender's too."""
    for row, texts in added.texts.items():
        cells = enumerate(grid.rows[row - grid.first_row])
        theirs = ["" if column in added.columns else cell for column, cell in cells]
        sheet.set_row(row - 1, max(height_of(texts, WIDTHS), height_of(theirs, widths)))


def _widths(grid: Grid) -> list[int]:
    columns = zip_longest(*grid.rows[:MEASURED_ROWS], fillvalue="")
    longest = (max((len(str(cell)) for cell in cells), default=0) for cells in columns)
    return [max(NARROWEST, min(one + 2, WIDEST)) for one in longest]
