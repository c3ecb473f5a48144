"""Reports: workbooks that are ours from the start."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from rpa.connectors.spreadsheet import ReportColumn, ReportRow, ReportSheet, Tint, write_report

MOMENT = datetime(2026, 5, 3, 9, 30)  # noqa: DTZ001 - a sheet knows no zone
SHEETS = (
    ReportSheet("Summary", ["What", "Rows"], [["Rows in", 400], ReportRow(["Sum", 400], Tint.TOTAL)], title="Job 12"),
    ReportSheet(
        "For a person: all/any",
        ["UBRN", "When", "Day", "Cost", "To do", ReportColumn("Outcome", width=20, choices=("Resubmit",))],
        [ReportRow(["000012345678", MOMENT, date(2026, 5, 3), Decimal("1.5"), "=1+1", None], Tint.ATTENTION)],
    ),
)


def test_values_are_written_as_what_they_are(tmp_path: Path) -> None:
    write_report(tmp_path / "report.xlsx", SHEETS)

    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[1]
    assert [cell.value for cell in sheet[2]] == [
        "000012345678",
        MOMENT,
        datetime.combine(date(2026, 5, 3), datetime.min.time()),
        1.5,
        "=1+1",
        None,
    ]
    assert sheet["E2"].data_type == "s"
    assert sheet["B2"].number_format == "dd/mm/yyyy hh:mm"


def test_table_has_filter_frozen_headings_and_drop_down(tmp_path: Path) -> None:
    write_report(tmp_path / "report.xlsx", SHEETS)

    book = openpyxl.load_workbook(tmp_path / "report.xlsx")
    summary, person = book.worksheets
    assert (summary["A1"].value, summary.freeze_panes, summary.auto_filter.ref) == ("Job 12", "A4", "A3:B5")
    assert person.title == "For a person  all any"
    assert [str(v.sqref) for v in person.data_validations.dataValidation] == ["F2"]


def test_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    write_report(tmp_path / "one.xlsx", SHEETS)
    write_report(tmp_path / "two.xlsx", SHEETS)

    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_report_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_report(tmp_path / "report.xlsx", [ReportSheet("x", ["a"], [[object()]])])  # type: ignore[list-item]

    assert list(tmp_path.iterdir()) == []


def test_headings_that_wrap_have_room_for_all_their_lines(tmp_path: Path) -> None:
    sheet = ReportSheet("Due", [ReportColumn("PIFU end date", width=14), "Pathway"], [["28/11/2026", "REN1"]])

    write_report(tmp_path / "report.xlsx", [sheet])

    page = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]
    assert page.row_dimensions[1].height == 2 * 15
