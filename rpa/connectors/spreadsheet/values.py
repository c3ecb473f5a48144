"""What the cells of one column become: those that come again are looked at once, those that are alike together."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet.bulk import IN_BULK
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.columns import Column
from rpa.connectors.spreadsheet.strips import Repeated, Strip, Texts

MOST_KNOWN = 5_000
REFUSED, NOT_GIVEN = object(), object()
"""Stand for a cell that can't be taken, and for a blank one whose field has its default."""
_NUMBERS = {bool, int, float}
"""Kinds of cells that may be equal without being the same: 1 and TRUE."""


class ColumnValues:
    """Converts the cells of one column, and each of those that come again only once."""

    def __init__(self, column: Column, place: int) -> None:
        self.place = place
        self.refuses = False
        """Whether any cell so far can't be taken."""
        self.lacks = False
        """Whether any cell so far is blank, so that its field has its default."""
        self.may_be_blank = column.may_be_blank or column.has_default
        self._column = column
        self._in_bulk = IN_BULK.get(column.convert)
        self._known: defaultdict[object, _Known] = defaultdict(lambda: _Known(self))
        self._different: Sequence[Cell] = ()
        self._values: list[Any] = []
        """What the different cells became that the column has; they are many times as many."""

    def values(self, strip: Strip) -> Sequence[Any]:
        """Return what each cell becomes."""
        if isinstance(strip, Repeated):
            return list(map(self._values_of(strip.different).__getitem__, strip.codes))
        if isinstance(strip, Texts) and self._in_bulk and (values := self._in_bulk(strip.cells())):
            return values
        cells = strip.cells()
        numbers = _NUMBERS.intersection(map(type, cells))
        if len(numbers) > 1:
            self.refuses = True
            return [REFUSED] * len(cells)
        return list(map(self._known[next(iter(numbers), None)].__getitem__, cells))

    def _values_of(self, different: Sequence[Cell]) -> list[Any]:
        if different is not self._different:
            self._different, self._values = different, []
        self._values.extend(map(self.value, different[len(self._values) :]))
        return self._values

    def value(self, cell: Cell) -> Any:
        """Return what one cell becomes."""
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if self._column.has_default:
                self.lacks = True
                return NOT_GIVEN
            return None if self._column.may_be_blank else self._refused()
        try:
            return self._column.convert(cell)
        except PydanticCustomError:
            return self._refused()

    def _refused(self) -> object:
        self.refuses = True
        return REFUSED


class _Known(dict[Cell, Any]):
    """What cells of a column became; a sheet says the same again and again."""

    def __init__(self, column: ColumnValues) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, cell: Cell) -> Any:
        value = self._column.value(cell)
        if len(self) < MOST_KNOWN:
            self[cell] = value
        return value
