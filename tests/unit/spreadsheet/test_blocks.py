"""Rows that are made many at once are those that are made one by one."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict

from rpa.connectors.spreadsheet import NHSNumber, Row, column
from rpa.connectors.spreadsheet.blocks import Blocks
from rpa.connectors.spreadsheet.columns import Column, columns_of
from rpa.connectors.spreadsheet.grid import Cell, Grid
from rpa.connectors.spreadsheet.headings import find_header
from rpa.connectors.spreadsheet.reader import _Reading
from rpa.connectors.spreadsheet.rows import R


class Visit(Row):
    """A row with a column of every kind, blank ones and ones with a default among them."""

    name: str = column("Name")
    nhs_number: NHSNumber | None = column("NHS number")
    day: date = column("Day")
    seen: datetime | None = column("Seen", default=None)
    first: bool = column("First", default=False)
    count: int = column("Count")
    cost: Decimal | None = column("Cost")
    kind: Literal["A", "B"] = column("Kind", default="A")
    ward: str = column("Ward", default="none", required=False)


class Note(Row):
    """A row that may be changed."""

    model_config = ConfigDict(frozen=False)

    text: str = column("Text")


class OneByOne(_Reading[R]):
    """Reads each row by itself, as any row is read that has something wrong."""

    def _blocks(self, mapped: list[tuple[Column, int]]) -> Blocks[R] | None:
        return None


HEADINGS: list[Cell] = ["Name", "NHS number", "Day", "Seen", "First", "Count", "Cost", "Kind", "Remark"]
GOOD: list[Cell] = ["Plum", "9990000018", date(2026, 2, 1), "01/02/2026 09:30", "yes", 1.0, "2.50", "b", ""]
CELLS = st.sampled_from([*GOOD, *HEADINGS[:2], " ", "1", 1, True, False, 0.0, 2.5, 9990000018.0, "31/02/2026",
                         datetime.fromisoformat("2026-02-01T09:30:00.000001")])  # fmt: skip
CHANGES = st.dictionaries(st.integers(0, 9), CELLS, max_size=2)
ERRORS = st.dictionaries(st.integers(2, 9), st.dictionaries(st.integers(0, 8), st.just("#REF!"), max_size=1))


def sheet(rows: list[Mapping[int, Cell]], errors: Mapping[int, dict[int, str]]) -> Grid:
    """Return a sheet of rows that differ from a good one in some cells."""
    cells = [[changes.get(place, cell) for place, cell in enumerate(GOOD)] for changes in rows]
    for changes, row in zip(rows, cells, strict=True):
        row.extend([changes[9]] if 9 in changes else [])
    return Grid("Visits", rows=[list(HEADINGS), *cells], errors=dict(errors), hidden={3}, ragged=True)


def found(kind: type[_Reading[Visit]], grid: Grid) -> list[Any]:
    """Return everything that reading a sheet gives."""
    columns = columns_of(Visit)
    header = find_header(grid, [column.wanted for column in columns])
    assert header
    reading = kind(Visit, columns, grid, header, "list")
    reading.read()
    rows = [(repr(row.model_dump()), row.model_fields_set, row.source) for row in reading.rows]
    return [reading.rows, rows, reading.rejected, reading.left_out, reading.warnings()]


@given(st.lists(CHANGES, max_size=8), ERRORS)
def test_rows_made_together_are_those_made_one_by_one(
    rows: list[Mapping[int, Cell]], errors: dict[int, dict[int, str]]
) -> None:
    one_by_one = found(OneByOne, sheet(rows, errors))

    assert found(_Reading, sheet(rows, errors)) == one_by_one


def test_rows_are_equal_to_rows_that_pydantic_makes() -> None:
    rows = found(_Reading, sheet([{}, {3: "", 7: ""}, {3: ""}], {}))[0]

    made = [Visit.model_validate({name: getattr(row, name) for name in row.model_fields_set}) for row in rows]

    assert made == list(rows)
    assert [row.model_fields_set for row in made] == [row.model_fields_set for row in rows]
    assert rows[0].model_copy(update={"count": 7}).count == 7


def test_row_that_may_be_changed_shares_nothing_with_another() -> None:
    grid = Grid("Notes", rows=[["Text"], ["one"], ["two"]])
    columns = columns_of(Note)
    header = find_header(grid, [column.wanted for column in columns])
    assert header
    reading = _Reading(Note, columns, grid, header, "list")

    reading.read()

    first, second = reading.rows
    assert first.model_fields_set is not second.model_fields_set
