"""Choose the sheet whose headings are the ones the rows ask for."""

import itertools
from collections.abc import Sequence

from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import Header, Wanted, find_header
from rpa.exceptions import HeadingsMissing, InputRefused

SHOWN_HEADINGS = 12


def choose_sheet(
    file: str, grids: Sequence[Grid], wanted: Sequence[Wanted], sheet: str | None
) -> tuple[Grid, Header, list[str]]:
    """Return the sheet to read, its header and warnings about sheets that were passed over.

    Raises:
        InputRefused: no sheet has the headings, or more than one has.
    """
    if sheet is not None and sheet not in {grid.sheet for grid in grids}:
        raise InputRefused(f"{file} has no sheet {sheet!r}: found {_names(grids)}, rename the sheet or name another")
    candidates = [grid for grid in grids if sheet is None or grid.sheet == sheet]
    found = [(grid, header) for grid in candidates if (header := find_header(grid, wanted))]
    whole = [(grid, header) for grid, header in found if not header.missing]
    visible = [(grid, header) for grid, header in whole if grid.visible] or whole
    filled = [(grid, header) for grid, header in visible if _has_rows(grid, header)]
    if len(filled) > 1:
        raise InputRefused(
            f"{file} has the expected headings on more than one sheet ({_names([grid for grid, _ in filled])}): "
            "keep them on one sheet, or say which one to read"
        )
    if not visible:
        raise _not_found(file, candidates, found, wanted)
    grid, header = (filled or visible)[0]
    _refuse_doubled(file, grid, header, wanted)
    passed = [other for other, at in whole if other is not grid and not other.visible and _has_rows(other, at)]
    return grid, header, [f"hidden sheet {other.sheet!r} has the same headings and was not read" for other in passed]


def _has_rows(grid: Grid, header: Header) -> bool:
    below = itertools.islice(grid.rows, header.first_data_row - grid.first_row, None)
    return any(cell != "" for row in below for cell in row)


def _not_found(
    file: str, candidates: Sequence[Grid], found: Sequence[tuple[Grid, Header]], wanted: Sequence[Wanted]
) -> InputRefused:
    if not found:
        expected = ", ".join(repr(column.headings[0]) for column in wanted if column.required)
        return InputRefused(f"{file}: no headings found on {_names(candidates)}: expected one row with {expected}")
    grid, header = min(found, key=lambda pair: len(pair[1].missing))
    missing = ", ".join(" or ".join(repr(h) for h in column.headings) for column in header.missing)
    # rows of data are never quoted, and a row with few matches may be one of them
    there = ", ".join(repr(header.headings[place]) for place in header.columns.values())
    said = (
        f"{file}: sheet {grid.sheet!r} has no column {missing}: row {header.row} has {there}, add the column, or say "
        "once which heading stands for it (`rpa headings`)"
    )
    others = [
        heading for place, heading in enumerate(header.headings) if heading and place not in header.columns.values()
    ]
    lacking = [column.headings[0] for column in header.missing]
    return HeadingsMissing(said, file=file, missing=lacking, found=others)


def _refuse_doubled(file: str, grid: Grid, header: Header, wanted: Sequence[Wanted]) -> None:
    if not header.doubled:
        return
    headings = next(column.headings for column in wanted if column.field == header.doubled[0])
    raise InputRefused(
        f"{file}: sheet {grid.sheet!r} has two columns for {headings[0]!r} in row {header.row}: "
        "keep one of them, or rename the other"
    )


def _names(grids: Sequence[Grid]) -> str:
    shown = ", ".join(repr(grid.sheet) for grid in grids[:SHOWN_HEADINGS])
    return f"sheet {shown}" if len(grids) == 1 else f"sheets {shown}" if grids else "no sheets"
