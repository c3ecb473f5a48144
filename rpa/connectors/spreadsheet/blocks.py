"""Turn many rows' cells into values a column at a time: most cells of a long sheet need no look of their own."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, repeat
from typing import Any, Generic, TypeVar

from rpa.connectors.spreadsheet.columns import Column
from rpa.connectors.spreadsheet.rows import R
from rpa.connectors.spreadsheet.strips import Columns
from rpa.connectors.spreadsheet.values import NOT_GIVEN, REFUSED, ColumnValues
from rpa.models import RowRef

T = TypeVar("T")


class Blocks(Generic[R]):
    """Makes rows of a class whose converters check everything, its defaults values that rows may share.

    It says nothing of a row that has anything wrong with it: whoever asked looks at that one cell by cell.
    """

    def __init__(self, model: type[R], places: Mapping[str, tuple[Column, int]], defaults: Mapping[str, Any]) -> None:
        self._model = model
        self._columns = {field: ColumnValues(column, place) for field, (column, place) in places.items()}
        self._defaults = defaults
        self._may_lack = [field for field in places if field in defaults]
        self._given = _Given({*places, "source", "resubmit"}, self._may_lack)
        # the first row that is made says what all others keep room for
        _made(model, 1, {field: repeat(None) for field in (*defaults, "source", "resubmit", *places)})

    @property
    def may_be_blank(self) -> bool:
        """Whether a row is made of nothing but blank cells as well."""
        return all(column.may_be_blank for column in self._columns.values())

    def rows(self, name: str, sheet: str, first: int, cells: Columns) -> tuple[list[R], set[int]]:
        """Return a row for each row of cells, from row number `first` on, and which have to be looked at instead."""
        sources = _made(RowRef, len(cells), {"input": repeat(name), "sheet": repeat(sheet),
                                             "row": range(first, first + len(cells))})  # fmt: skip
        values = {field: column.values(cells.strips[column.place]) for field, column in self._columns.items()}
        refused = {i for field, column in values.items() if self._columns[field].refuses
                   for i, value in enumerate(column) if value is REFUSED}  # fmt: skip
        fields: dict[str, Iterable[Any]] = {field: repeat(default) for field, default in self._defaults.items()}
        fields |= {"source": sources, "resubmit": repeat(False), **self._with_defaults(values)}
        fields |= {"__pydantic_fields_set__": self._fields_given(values)}
        fields |= {"__pydantic_extra__": repeat(None), "__pydantic_private__": repeat(None)}
        return _made(self._model, len(cells), fields), refused

    def _fields_given(self, values: Mapping[str, Sequence[Any]]) -> Iterable[set[str]]:
        """Return the fields that were given of each row; rows that can't be changed may share a set."""
        if not any(self._columns[field].lacks for field in self._may_lack):
            return repeat(self._given[()])
        lacks = ([value is NOT_GIVEN for value in values[field]] for field in self._may_lack)
        return map(self._given.__getitem__, zip(*lacks, strict=True))

    def _with_defaults(self, values: Mapping[str, Sequence[Any]]) -> dict[str, Iterable[Any]]:
        return {
            field: [self._defaults[field] if value is NOT_GIVEN else value for value in column]
            if self._columns[field].lacks else column
            for field, column in values.items()
        }  # fmt: skip


def _made(kind: type[T], count: int, fields: Mapping[str, Iterable[Any]]) -> list[T]:
    """Do what a frozen dataclass or `model_construct` does, for many at once.

    Attributes that are set one by one take a quarter of a dictionary's memory.
    """
    made = list(map(kind.__new__, repeat(kind, count)))
    for name, values in fields.items():
        deque(map(object.__setattr__, made, repeat(name), values), maxlen=0)
    return made


class _Given(dict[tuple[bool, ...], set[str]]):
    """The fields that a row's cells gave, by which of those with a default are not among them."""

    def __init__(self, every: set[str], may_lack: Sequence[str]) -> None:
        super().__init__()
        self._every, self._may_lack = every, may_lack

    def __missing__(self, lacking: tuple[bool, ...]) -> set[str]:
        given = self[lacking] = self._every - set(compress(self._may_lack, lacking))
        return given
