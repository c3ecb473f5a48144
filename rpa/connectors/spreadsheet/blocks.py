"""Turn many rows' cells into values a column at a time: most cells of a long sheet need no look of their own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any, Generic

from pydantic_core import PydanticCustomError

from rpa.connectors.spreadsheet.columns import Column
from rpa.connectors.spreadsheet.grid import Cell
from rpa.connectors.spreadsheet.rows import R
from rpa.models import RowRef

BLOCK = 2_000
"""Rows that are looked at together."""
MOST_KNOWN = 5_000
_REFUSED, _NOT_GIVEN = object(), object()
_NUMBERS = {bool, int, float}
"""Kinds of cells that may be equal without being the same: 1 and TRUE."""


class Blocks(Generic[R]):
    """Makes rows of a class whose converters check everything, its defaults values that rows may share.

    It says nothing of a row that has anything wrong with it: whoever asked looks at that one cell by cell.
    """

    def __init__(self, model: type[R], places: Mapping[str, tuple[Column, int]], defaults: Mapping[str, Any]) -> None:
        self._model = model
        self._columns = {field: _Column(column, place) for field, (column, place) in places.items()}
        self._defaults = defaults
        self._given: dict[tuple[bool, ...], set[str]] = {}
        """The fields that a row's cells gave, by which of those with a default are not among them."""

    def rows(self, sources: Sequence[RowRef], cells: Iterable[Sequence[Cell]]) -> list[R | None]:
        """Return a row for each row of cells, all equally long; None for one that has to be looked at by itself."""
        columns = tuple(zip(*cells, strict=True))
        values = {field: column.values(columns[column.place]) for field, column in self._columns.items()}
        refused = {i for field, column in values.items() if self._columns[field].refuses
                   for i, value in enumerate(column) if value is _REFUSED}  # fmt: skip
        given = self._fields_given(values)
        shared = {field: repeat(default) for field, default in self._defaults.items()}
        fields = {**shared, "source": sources, "resubmit": repeat(False), **self._with_defaults(values)}
        return self._made(tuple(fields), zip(*fields.values(), strict=False), given, refused)

    def _fields_given(self, values: Mapping[str, list[Any]]) -> Iterable[set[str]]:
        may_lack = [field for field in values if field in self._defaults]
        lacks = zip(*([value is _NOT_GIVEN for value in values[field]] for field in may_lack), strict=True)
        return map(self._given_without, lacks if may_lack else repeat(()), repeat(may_lack))

    def _given_without(self, lacking: tuple[bool, ...], may_lack: Sequence[str]) -> set[str]:
        if lacking not in self._given:
            lacked = {field for field, lacks in zip(may_lack, lacking, strict=True) if lacks}
            self._given[lacking] = {*self._columns, "source", "resubmit"} - lacked
        return self._given[lacking]

    def _with_defaults(self, values: Mapping[str, list[Any]]) -> dict[str, Iterable[Any]]:
        return {
            field: [self._defaults[field] if value is _NOT_GIVEN else value for value in column]
            if field in self._defaults else column
            for field, column in values.items()
        }  # fmt: skip

    def _made(self, names: tuple[str, ...], rows: Iterable[tuple[Any, ...]], given: Iterable[set[str]],
              refused: set[int]) -> list[R | None]:  # fmt: skip
        """Do what `model_construct` does.

        Attributes that are set one by one take a quarter of a dictionary's memory, and a class that can't be changed
        lets its rows share the set of the fields that were given.
        """
        made: list[R | None] = []
        keep, new, model = object.__setattr__, self._model.__new__, self._model
        for i, (values, fields_set) in enumerate(zip(rows, given, strict=False)):
            if i in refused:
                made.append(None)
                continue
            row = new(model)
            for name, value in zip(names, values, strict=True):
                keep(row, name, value)
            keep(row, "__pydantic_fields_set__", fields_set)
            keep(row, "__pydantic_extra__", None)
            keep(row, "__pydantic_private__", None)
            made.append(row)
        return made


class _Column:
    """Converts the cells of one column, and each of those that come again only once."""

    def __init__(self, column: Column, place: int) -> None:
        self.place = place
        self.refuses = False
        """Whether any cell so far can't be taken."""
        self._column = column
        self._known: defaultdict[object, _Known] = defaultdict(lambda: _Known(self))

    def values(self, cells: Sequence[Cell]) -> list[Any]:
        """Return what each cell becomes."""
        numbers = _NUMBERS.intersection(map(type, cells))
        if len(numbers) > 1:
            self.refuses = True
            return [_REFUSED] * len(cells)
        return list(map(self._known[next(iter(numbers), None)].__getitem__, cells))

    def value(self, cell: Cell) -> Any:
        """Return what one cell becomes."""
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if self._column.has_default:
                return _NOT_GIVEN
            return None if self._column.may_be_blank else self._refused()
        try:
            return self._column.convert(cell)
        except PydanticCustomError:
            return self._refused()

    def _refused(self) -> object:
        self.refuses = True
        return _REFUSED


class _Known(dict[Cell, Any]):
    """What cells of a column became; a sheet says the same again and again."""

    def __init__(self, column: _Column) -> None:
        super().__init__()
        self._column = column

    def __missing__(self, cell: Cell) -> Any:
        value = self._column.value(cell)
        if len(self) < MOST_KNOWN:
            self[cell] = value
        return value
