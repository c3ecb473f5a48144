"""The workbook of a comparison: totals that add up, and every row on the sheet of its class."""

from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rpa.connectors.spreadsheet import ReportRow, Row, RowRef, column, read_table
from rpa.demo.bookings import FIELDS, PASSES, Booking, planted_bookings
from rpa.reconcile import Comparison, Field, Kind, Pass, compare, comparison_sheets, plain_name, write_comparison


class Line(Row):
    """A row that was read from a sheet."""

    ubrn: str = column("UBRN")
    room: str = column("Room")


@pytest.fixture(scope="module")
def found() -> Comparison[Booking, Booking]:
    planted = planted_bookings(600, seed=3)
    return compare(planted.left, planted.right, passes=PASSES, fields=FIELDS, names=("e-RS", "PAS"))


@pytest.fixture(scope="module")
def sheets(found: Comparison[Booking, Booking], tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The tables of the workbook, read back: each row by heading."""
    path = tmp_path_factory.mktemp("book") / "bookings.xlsx"
    write_comparison(path, found, title="Bookings")
    return {sheet.title: rows_of(list(sheet.values)) for sheet in openpyxl.load_workbook(path)}


def rows_of(lines: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return the lines below the headings, which follow the only empty line."""
    top = next(number for number, line in enumerate(lines) if not any(line)) + 1
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :]]


def test_summary_adds_up_to_the_rows_that_came_in(sheets: dict[str, list[Any]]) -> None:
    *classes, total, came_in = sheets["Summary"]

    for heading in ("Rows in e-RS", "Rows in PAS"):
        assert sum(line[heading] for line in classes) == total[heading] == came_in[heading] == 600


def test_every_row_is_on_the_sheet_of_its_class(
    found: Comparison[Booking, Booking], sheets: dict[str, list[Any]]
) -> None:
    totals = found.totals()
    lonely = (len(sheets["Only in e-RS"]), len(sheets["Only in PAS"]))

    assert lonely == (totals[Kind.LEFT_ONLY][0], totals[Kind.RIGHT_ONLY][1])
    assert len(sheets["Duplicates"]) == sum(totals[Kind.REPEATED])
    assert len(sheets["For a person"]) == sum(totals[Kind.ALIKE]) + sum(totals[Kind.AMBIGUOUS])


def test_differences_have_both_values_beside_each_other(
    found: Comparison[Booking, Booking], sheets: dict[str, list[Any]]
) -> None:
    groups = found.of(Kind.DIFFERENT, Kind.MOVED)

    assert len(sheets["Differences"]) == sum(len(group.differences) for group in groups)
    phones = [one for group in groups for one in group.differences if one.field == "Phone"]
    assert Counter((line["In e-RS"], line["In PAS"]) for line in sheets["Differences"] if line["Field"] == "Phone") == (
        Counter((one.left, one.right) for one in phones)
    )


def test_fields_sheet_counts_the_pairs_that_differ(
    found: Comparison[Booking, Booking], sheets: dict[str, list[Any]]
) -> None:
    told = {line["Field"]: line["Pairs that differ"] for line in sheets["Fields"]}

    assert told == {"NHS number": None, "Referral date": None, **found.differing()}


def test_rows_of_a_sheet_have_their_row_number_beside_them() -> None:
    left = [Line(ubrn="1", room="A", source=RowRef("e-RS", "Sheet1", 7))]
    right = [Line(ubrn="1", room="B", source=RowRef("PAS", "Sheet1", 9))]
    found = compare(left, right, passes=[Pass("UBRN", "ubrn")], fields=[Field("Room", "room")], names=("e-RS", "PAS"))

    (sheet,) = (sheet for sheet in comparison_sheets(found) if sheet.name == "Differences")

    _, (row,) = sheet.table()
    assert list(row.cells) == [7, 9, "1", "Differ", "Room", "A", "B", "differs", "UBRN"]


def test_a_field_that_is_the_key_is_shown_once() -> None:
    fields = [Field("UBRN", "ubrn"), Field("Name", "name", clean=plain_name)]
    nothing: list[dict[str, str]] = []
    found = compare([{"ubrn": "1", "name": "x"}], nothing, passes=[Pass("UBRN", "ubrn")], fields=fields)

    (sheet,) = (sheet for sheet in comparison_sheets(found) if sheet.name == "Only in the left")

    columns, (row,) = sheet.table()
    assert [one.heading for one in columns] == ["UBRN", "Name", "Why"]
    assert list(row.cells)[:2] == ["1", "x"]


def test_rows_that_can_not_be_read_are_counted_and_shown_and_not_lost(tmp_path: Path) -> None:
    for name, lines in (("left", ["1,A", ",B", "3,C"]), ("right", ["1,A"])):
        (tmp_path / f"{name}.csv").write_text("\n".join(["UBRN,Room", *lines]) + "\n", encoding="utf-8")
    left, right = (read_table(tmp_path / f"{name}.csv", Line) for name in ("left", "right"))

    found = compare(left, right, passes=[Pass("UBRN", "ubrn")], names=("e-RS", "PAS"))

    sheets = {sheet.name: sheet for sheet in comparison_sheets(found)}
    counted = {row.cells[0]: tuple(row.cells[2:]) for row in sheets["Summary"].rows if isinstance(row, ReportRow)}
    assert counted["Could not be read"] == (1, 0)
    assert counted["All of these"] == counted["Rows that came in"] == (3, 1)
    (line,) = sheets["Could not be read"].rows
    assert isinstance(line, ReportRow) and line.cells[:4] == ["e-RS", "left", 3, "UBRN"]
