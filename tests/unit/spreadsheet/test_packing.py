"""Rows that were packed are those that were there, kind and value of each cell."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.packed import PackedRows, rows_in, stretches
from rpa.connectors.spreadsheet.packing import packed
from rpa.connectors.spreadsheet.strips import Columns

DAY = date(2026, 2, 1)
CELLS: list[Cell] = [
    "", " ", "Plum", "Plum\0Pear", "\ud800", "1", 1, 1.0, -0.0, 0.0, True, False, 0, 2.5, DAY,
    datetime.combine(DAY, time()), datetime.combine(DAY, time(9, 30)), time(9, 30), timedelta(hours=30),
]  # fmt: skip
UNEVEN: list[list[list[Cell]]] = [[], [[]], [["Pear", 1.0, "x", True]]]
COLUMNS = st.sampled_from([st.sampled_from(CELLS), st.text(max_size=3), st.floats(allow_nan=False), st.just(DAY)])


@st.composite
def sheets(draw: st.DrawFn) -> list[list[list[Cell]]]:
    """Return chunks of rows, most of them equally long, each column of cells of its own kind."""
    chunks = []
    for width in draw(st.lists(st.integers(0, 3), max_size=5)):
        columns = [draw(COLUMNS) for _ in range(width)]
        rows = [[draw(column) for column in columns] for _ in range(draw(st.integers(1, 6)))]
        chunks.append(rows + draw(st.sampled_from(UNEVEN)))
    return chunks


def handed_over(chunks: Sequence[list[list[Cell]]]) -> PackedRows:
    """Return rows as they come out of the process that parses."""
    rows = PackedRows([])
    for kind, content in packed([("sheet", {}), *(("rows", chunk) for chunk in chunks), ("end", {})]):
        if kind == "rows":
            rows.extend(content)
        elif kind == "columns":
            rows.add(*content)
    return rows


def exact(rows: Sequence[Sequence[Cell]]) -> list[Any]:
    """Return rows in a form in which 1, 1.0 and TRUE differ, and so do 0.0 and -0.0."""
    return [[(type(cell), repr(cell)) for cell in row] for row in rows]


@given(sheets())
def test_rows_come_out_as_they_went_in(chunks: list[list[list[Cell]]]) -> None:
    told = [row for chunk in chunks for row in chunk]

    rows = handed_over(chunks)

    assert len(rows) == len(told)
    assert exact(rows) == exact(told)
    assert exact(rows[1:4]) == exact(told[1:4])
    assert exact(list(rows)) == exact(told)


@given(sheets(), st.integers(0, 12))
def test_stretches_are_the_rows_from_where_they_were_asked_for(chunks: list[list[list[Cell]]], start: int) -> None:
    told = [row for chunk in chunks for row in chunk]

    found = [(index, list(rows_in(stretch))) for index, stretch in stretches(handed_over(chunks), start)]

    assert exact([row for _, rows in found for row in rows]) == exact(told[start:])
    assert all(exact(rows) == exact(told[index : index + len(rows)]) for index, rows in found)
    assert [index for index, rows in found for index in range(index, index + len(rows))] == [*range(start, len(told))]


def test_texts_that_hardly_repeat_and_texts_that_do_come_out_the_same() -> None:
    rows: list[list[Cell]] = [
        [f"{number:06}", f"Plum {number % 700}", DAY + timedelta(number)] for number in range(9_000)
    ]
    chunks = [rows[begin : begin + 500] for begin in range(0, len(rows), 500)]

    found = handed_over(chunks)

    assert list(found) == rows
    assert all(isinstance(stretch, Columns) for index, stretch in stretches(found, 500))


def test_more_different_dates_than_there_are_codes_come_out_the_same() -> None:
    rows: list[list[Cell]] = [[datetime(2026, 1, 1) + timedelta(minutes=number)] for number in range(62_000)]  # noqa: DTZ001 - a cell knows no zone
    chunks = [rows[begin : begin + 500] for begin in range(0, len(rows), 500)]

    assert list(handed_over(chunks)) == rows
