"""Long lists become plain workbooks, row by row."""

import math
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from rpa.connectors.spreadsheet import Row, Value, column, listing, read_table, write_rows

TEXTS = ["=1+1", "+44", "<a> & 'b'", " kept ", "two\nlines", "re\rturn", "_x0041_", "bell\x07", "0012", "Zoë 🙂", ""]


class Line(Row):
    """What a list holds."""

    number: int = column("Number")
    day: date = column("Day")


def first_sheet(path: Path) -> Worksheet:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_texts_come_back_as_they_were_and_never_as_formulas(tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"

    count = write_rows(target, ["Text"], [[text] for text in TEXTS])

    cells = [cell for (cell,) in first_sheet(target).iter_rows(min_row=2)]
    assert count == len(TEXTS)
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s", "inlineStr"}
    read = [row[0] for row in CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python()[1:]]
    assert read[:5] == TEXTS[:5]
    assert read[7:10] == ["bell", "0012", "Zoë 🙂"]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (7, 7),
        (-2.5, -2.5),
        (Decimal("3.25"), 3.25),
        (True, True),
        (False, False),
        (None, None),
        (math.inf, "#NUM!"),
        (date(2026, 3, 2), datetime(2026, 3, 2)),  # noqa: DTZ001 - a cell knows no zone
        (datetime(2026, 3, 2, 9, 30), datetime(2026, 3, 2, 9, 30)),  # noqa: DTZ001 - as above
        (time(9, 30), time(9, 30)),
        (timedelta(hours=30), timedelta(hours=30)),
    ],
)
def test_values_come_back_as_what_they_are(value: Value, read: object, tmp_path: Path) -> None:
    write_rows(tmp_path / "list.xlsx", ["Value", "Other"], [[value, "x"], [1, "y"]])

    found = first_sheet(tmp_path / "list.xlsx").cell(2, 1).value

    assert found == read
    assert type(found) is type(read) or isinstance(value, float | Decimal)


def test_list_can_be_read_again_as_typed_rows(tmp_path: Path) -> None:
    target = tmp_path / "list.xlsx"

    write_rows(target, ["Number", "Day"], [[n, date(2026, 1, 1) + timedelta(days=n)] for n in range(300)], name="Days")

    table = read_table(target, Line)
    assert (table.sheet, len(table), table.rejected) == ("Days", 300, ())
    assert table.rows[59].day == date(2026, 3, 1)


def test_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_rows(tmp_path / name, ["Number"], [[n] for n in range(50)])

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_what_is_too_long_for_a_sheet_goes_onto_another_with_its_headings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_BYTES", 200_000)

    write_rows(tmp_path / "list.xlsx", ["Number", "Text"], [[n, "x" * 90] for n in range(3_000)])

    book = openpyxl.load_workbook(tmp_path / "list.xlsx", read_only=True)
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    book.close()
    assert len(sheets) > 1
    assert {rows[0] for rows in sheets} == {("Number", "Text")}
    assert [row[0] for rows in sheets for row in rows[1:]] == list(range(3_000))


def test_rows_that_fail_leave_no_file(tmp_path: Path) -> None:
    def rows() -> Iterator[list[Value]]:
        yield [1]
        raise LookupError("the source is gone")

    with pytest.raises(LookupError):
        write_rows(tmp_path / "list.xlsx", ["Number"], rows())

    assert list(tmp_path.iterdir()) == []


def test_rows_are_not_held_in_memory(tmp_path: Path) -> None:
    tracemalloc.start()

    write_rows(tmp_path / "list.xlsx", ["Number", "Text"], ([n, f"text {n}"] for n in range(30_000)))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20
