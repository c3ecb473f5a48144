"""Find the row that holds the headings, wherever the table starts."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.limits import SEARCHED_ROWS

RETURN_HEADINGS = ("Outcome", "What happened", "How to fix")
"""The three columns of a returned workbook."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column a model asks for."""

    field: str
    headings: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a sheet: where they stand, what they say and which column feeds which field."""

    row: int
    first_data_row: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    missing: tuple[Wanted, ...]
    doubled: tuple[str, ...]
    returned: tuple[int, ...]
    """Columns of the three return headings, empty in a sheet that was not returned."""


def normal(heading: Cell) -> str:
    """Bring a heading to the form in which two writings of it are equal: `N.H.S. No:` and `nhs  no`."""
    text = unicodedata.normalize("NFKC", str(heading)).casefold()
    return " ".join(re.sub(r"[^\w]|_", " ", re.sub(r"['\u2019.`]", "", text)).split())


def find_header(grid: Grid, wanted: Sequence[Wanted]) -> Header | None:
    """Return the header of the row that names most of the wanted columns, the first of equals; None if none does."""
    names = {normal(heading): column.field for column in wanted for heading in column.headings}
    best: tuple[int, int] = (0, -1)
    for index in range(min(SEARCHED_ROWS, len(grid.rows))):
        found = {names[name] for texts in _texts(grid, index) for name in texts if name in names}
        if len(found) > best[0]:
            best = (len(found), index)
    return _header(grid, wanted, names, best[1]) if best[0] else None


def _texts(grid: Grid, index: int) -> Iterator[list[str]]:
    """Yield for each column what its heading may be: its own text, or with a second header row's text above it."""
    above = _spread(grid.rows[index - 1]) if index else []
    for position, cell in enumerate(grid.rows[index]):
        own = normal(cell)
        upper, spread = above[position] if position < len(above) else ("", "")
        if own:
            yield [own, f"{spread} {own}"] if spread else [own]
        else:
            yield [upper] if upper else []


def _spread(row: Sequence[Cell]) -> list[tuple[str, str]]:
    """Return each cell's own text and the text a merged group heading gives it from the left."""
    spread, last = [], ""
    for cell in row:
        own = normal(cell) if isinstance(cell, str) else ""
        last = own or last
        spread.append((own, last))
    return spread


def _header(grid: Grid, wanted: Sequence[Wanted], names: Mapping[str, str], index: int) -> Header:
    columns: dict[str, int] = {}
    doubled: list[str] = []
    for position, texts in enumerate(_texts(grid, index)):
        field = next((names[text] for text in texts if text in names), None)
        if field in columns:
            doubled.append(field)
        elif field:
            columns[field] = position
    row = grid.first_row + index
    return Header(
        row=row,
        first_data_row=_first_data_row(grid, row),
        headings=_shown(grid, index),
        columns=columns,
        missing=tuple(column for column in wanted if column.required and column.field not in columns),
        doubled=tuple(doubled),
        returned=_returned(grid, index, set(columns.values())),
    )


def _shown(grid: Grid, index: int) -> tuple[str, ...]:
    """Return the headings as people read them; under a blank one, what stands above it in a merged cell."""
    row = grid.rows[index]
    above = grid.rows[index - 1] if index else []
    cells = [cell if cell != "" or i >= len(above) else above[i] for i, cell in enumerate(row)]
    return tuple(" ".join(str(cell).split()) for cell in cells)


def _first_data_row(grid: Grid, row: int) -> int:
    """Return the row after the headings; a heading merged downwards takes the rows it covers with it."""
    last = max((bottom for top, _, bottom, _ in grid.merged if top <= row <= bottom), default=row)
    return last + 1 if last - row < SEARCHED_ROWS else row + 1


def _returned(grid: Grid, index: int, taken: set[int]) -> tuple[int, ...]:
    places = {normal(cell): i for i, cell in enumerate(grid.rows[index]) if i not in taken}
    found = [places.get(normal(heading)) for heading in RETURN_HEADINGS]
    return tuple(place for place in found if place is not None) if None not in found else ()
