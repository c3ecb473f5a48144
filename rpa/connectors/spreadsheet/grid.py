"""What the parser hands over: a sheet as plain cells, before anybody knows what they mean."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rpa.connectors.spreadsheet.cell import Cell

if TYPE_CHECKING:
    from rpa.connectors.spreadsheet.packed import PackedRows


@dataclass(slots=True)
class Grid:
    """One sheet's cells. Row numbers count from 1, as Excel shows them; columns count from 0."""

    sheet: str
    visible: bool = True
    first_row: int = 1
    rows: "list[list[Cell]] | PackedRows" = field(default_factory=list)
    """Rows from `first_row` on; each starts at column 0."""
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    """By row and column: error values such as `#REF!`, which parsers hand over as blanks."""
    hidden: set[int] = field(default_factory=set)
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges: first row, first column, last row, last column."""
    ragged: bool = False
    """Whether rows may have fewer or more cells than the headings, as in a csv file."""
    width: int = 0
    """How many columns hold a value, where not all the rows are handed over."""
    unseen_errors: bool = False
    """Whether this format's error values can't be told from blanks."""
