"""Parse one file into messages of plain cells; runs in the child process only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from rpa.connectors.spreadsheet.limits import Limits
from rpa.exceptions import InputRefused

Message: TypeAlias = tuple[str, Any]
CHUNK = 2_000


def parse(path: str, *, sheet: str | None, limits: Limits) -> Iterator[Message]:
    """Yield each sheet of a file: its name, its rows in chunks, then facts the parser itself doesn't tell."""
    yield from _workbook(Path(path), sheet, limits)


def _workbook(path: Path, sheet: str | None, limits: Limits) -> Iterator[Message]:
    with CalamineWorkbook.from_path(path) as book:
        for meta in book.sheets_metadata:
            if meta.typ != SheetTypeEnum.WorkSheet or sheet not in {None, meta.name}:
                continue
            cells = book.get_sheet_by_name(meta.name)
            _check_size(cells, limits)
            yield "sheet", {"sheet": meta.name, "visible": meta.visible == SheetVisibleEnum.Visible}
            yield from _rows(cells)
            yield "facts", {"merged": _merged(cells)}


def _check_size(cells: CalamineSheet, limits: Limits) -> None:
    if cells.total_height > limits.max_rows or cells.total_width > limits.max_columns:
        raise InputRefused(
            f"has a sheet that reaches to row {cells.total_height} and column {cells.total_width}, at most "
            f"{limits.max_rows} rows and {limits.max_columns} columns are taken: delete what stands far outside"
        )


def _rows(cells: CalamineSheet) -> Iterator[Message]:
    chunk: list[list[Any]] = []
    for row in cells.iter_rows():
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield "rows", chunk
            chunk = []
    yield "rows", chunk


def _merged(cells: CalamineSheet) -> tuple[tuple[int, int, int, int], ...]:
    ranges = cells.merged_cell_ranges or []
    return tuple((top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges)
