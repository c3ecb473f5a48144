"""Rows that are made many at once are those that are made one by one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import ConfigDict

from rpa.connectors.spreadsheet import NHSNumber, Row, column
from rpa.connectors.spreadsheet.blocks import Blocks
from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.columns import Column, columns_of
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import find_header
from rpa.connectors.spreadsheet.packed import PackedRows
from rpa.connectors.spreadsheet.packing import packed
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


class Remark(Row):
    """A row that may be blank but for cells of other columns."""

    text: str | None = column("Text")
    day: date | None = column("Day", default=None)


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


def in_packets(grid: Grid, size: int) -> Grid:
    """Return a sheet as it comes out of the process that parses, so many rows at a time."""
    head, rows = list(grid.rows)[:1], list(grid.rows)[1:]
    chunks = [("rows", rows[begin : begin + size]) for begin in range(0, len(rows), size)]
    there = PackedRows(head)
    for kind, content in packed(chunks):
        there.add(*content) if kind == "columns" else there.extend(content)
    return replace(grid, rows=there)


def found(kind: type[_Reading[R]], grid: Grid, model: type[R]) -> list[Any]:
    """Return everything that reading a sheet gives."""
    columns = columns_of(model)
    header = find_header(grid, [column.wanted for column in columns])
    assert header
    reading = kind(model, columns, grid, header, "list")
    reading.read()
    rows = [(repr(row.model_dump()), row.model_fields_set, row.source) for row in reading.rows]
    return [reading.rows, rows, reading.rejected, reading.left_out, reading.warnings()]


@given(st.lists(CHANGES, max_size=24), ERRORS, st.integers(1, 12))
def test_rows_made_together_are_those_made_one_by_one(
    rows: list[Mapping[int, Cell]], errors: dict[int, dict[int, str]], size: int
) -> None:
    one_by_one = found(OneByOne, sheet(rows, errors), Visit)

    assert found(_Reading, sheet(rows, errors), Visit) == one_by_one
    assert found(_Reading, in_packets(sheet(rows, errors), size), Visit) == one_by_one


@given(st.lists(st.tuples(*[st.sampled_from(["", " ", "Text", "Day", "Plum", date(2026, 2, 1)])] * 3), max_size=24))
def test_blank_rows_and_repeated_headings_are_no_rows_where_every_column_may_be_blank(
    rows: list[tuple[Cell, ...]],
) -> None:
    grid = Grid("Remarks", rows=[["Text", "Day", "Other"], *map(list, rows)], hidden={3})
    one_by_one = found(OneByOne, replace(grid), Remark)

    assert found(_Reading, replace(grid), Remark) == one_by_one
    assert found(_Reading, in_packets(grid, 6), Remark) == one_by_one


def test_rows_are_equal_to_rows_that_pydantic_makes() -> None:
    rows = found(_Reading, sheet([{}, {3: "", 7: ""}, {3: ""}] * 3, {}), Visit)[0]

    made = [Visit.model_validate({name: getattr(row, name) for name in row.model_fields_set}) for row in rows]

    assert made == list(rows)
    assert [row.model_fields_set for row in made] == [row.model_fields_set for row in rows]
    assert rows[0].model_copy(update={"count": 7}).count == 7


def test_row_that_may_be_changed_shares_nothing_with_another() -> None:
    words: list[list[Cell]] = [["one"], ["two"]]
    grid = Grid("Notes", rows=[["Text"], *words * 5])
    columns = columns_of(Note)
    header = find_header(grid, [column.wanted for column in columns])
    assert header
    reading = _Reading(Note, columns, grid, header, "list")

    reading.read()

    first, second, *_ = reading.rows
    assert first.model_fields_set is not second.model_fields_set
