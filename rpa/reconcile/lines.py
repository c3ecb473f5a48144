"""The lines of a comparison's sheets: the keys people look for, the values beside each other, and why."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from rpa.connectors.spreadsheet import ReportColumn, ReportRow, Tint, Value
from rpa.reconcile.fields import reader
from rpa.reconcile.groups import Comparison, Group, Kind
from rpa.reconcile.words import span

WHY = ReportColumn("Why", 60)
_WORDS = {
    "plain_name": "names, without case, accents, hyphens and spaces",
    "plain_text": "texts, without case, accents and spaces",
    "plain_phone": "telephone numbers, in whatever form",
    "plain_postcode": "postcodes, without case and spaces",
}


class Lines:
    """Makes the lines of every sheet."""

    def __init__(self, found: Comparison[Any, Any]) -> None:
        self._names = found.names
        first = found.passes[0]
        samples = _samples(found)
        readings = [(first.left, first.right), *((one.left, one.right) for one in found.fields)]
        self._read = (
            [reader(left, samples[0]) for left, _ in readings],
            [reader(left if right is None else right, samples[1]) for left, right in readings],
        )
        self._sourced = any(_place(row) for rows in samples for row in rows)
        place = ["Row"] if self._sourced else []
        shown = [first.name, *(one.name for one in found.fields if one.name != first.name)]
        self._shown = [True, *(one.name != first.name for one in found.fields)]
        self.columns: list[ReportColumn | str] = [*place, *shown, WHY]
        self.columns_of_groups: list[ReportColumn | str] = [
            ReportColumn("Group", 10),
            ReportColumn("Table", 14),
            *self.columns,
        ]
        places = [f"Row in {name}" for name in found.names] if self._sourced else []
        self.columns_of_pairs: list[ReportColumn | str] = [
            *places, first.name, "Class", ReportColumn("Field", 20), *(f"In {name}" for name in found.names),
            ReportColumn("How", 36), ReportColumn("Matched by", 26),
        ]  # fmt: skip

    def of_pairs(self, groups: Iterable[Group[Any, Any]]) -> Iterator[ReportRow]:
        """Yield a line for each field that differs."""
        for group in groups:
            left, right = group.left[0], group.right[0]
            keys = (_cell(self._read[0][0](left)), _cell(self._read[1][0](right)))
            places = [_place(left), _place(right)] if self._sourced else []
            known = keys[0] or keys[1]
            kind = "Date moved" if group.kind is Kind.MOVED else "Differ"
            for one in group.differences:
                values = (_cell(one.left), _cell(one.right))
                yield ReportRow([*places, known, kind, one.field, *values, one.how, group.by])

    def of_rows(self, groups: Iterable[Group[Any, Any]]) -> Iterator[ReportRow]:
        """Yield a line for each row."""
        for group in groups:
            for side, rows in enumerate((group.left, group.right)):
                for row in rows:
                    yield ReportRow(self._cells(side, row, group.reason))

    def of_groups(self, groups: Iterable[Group[Any, Any]]) -> Iterator[ReportRow]:
        """Yield a line for each row, the rows of a group under one number; every other group is shaded."""
        for number, group in enumerate(groups, 1):
            tint = Tint.ATTENTION if number % 2 else Tint.NONE
            for side, rows in enumerate((group.left, group.right)):
                for row in rows:
                    yield ReportRow([number, self._names[side], *self._cells(side, row, group.reason)], tint)

    def _cells(self, side: int, row: Any, reason: str) -> list[Value]:
        place: list[Value] = [_place(row)] if self._sourced else []
        shown = zip(self._read[side], self._shown, strict=True)
        return [*place, *(_cell(read(row)) for read, is_shown in shown if is_shown), reason]


def in_words(what: Any) -> str:
    """Return a rule of a field in words; a function of somebody's own by its name."""
    if isinstance(what, timedelta):
        return span(what)
    if callable(what):
        name = getattr(what, "__name__", "a function")
        return _WORDS.get(name, "a rule of its own" if name == "<lambda>" else name.strip("_").replace("_", " "))
    return str(what)


def _samples(found: Comparison[Any, Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return one row of each side, if it has any."""
    groups = found.others
    left = found.same_left[:1] or [row for group in groups for row in group.left[:1]][:1]
    right = found.same_right[:1] or [row for group in groups for row in group.right[:1]][:1]
    return left, right


def _place(row: Any) -> int | None:
    """Return the row number Excel shows, of a row that was read from a sheet."""
    number = getattr(getattr(row, "source", None), "row", None)
    return number if isinstance(number, int) and number > 0 else None


def _cell(value: Any) -> Value:
    """Return what a cell can show: a key of several parts as one text."""
    if value is None or isinstance(value, str | int | float | Decimal | date | time | timedelta):
        return value
    if isinstance(value, tuple):
        return ", ".join(
            f"{part:%d/%m/%Y}" if isinstance(part, date) else str(part) for part in value if part is not None
        )
    return str(value)
