"""Headings are found by name and alias wherever the table starts."""

from rpa.connectors.spreadsheet.cell import Cell
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.headings import Wanted, find_header, normal

WANTED = (Wanted("nhs", ("NHS number", "NHS No")), Wanted("day", ("Date",)), Wanted("note", ("Note",), required=False))


def grid(*rows: list[Cell]) -> Grid:
    return Grid("Sheet1", rows=list(rows))


def test_writings_of_one_heading_are_equal() -> None:
    assert normal(" N.H.S.\u00a0No: ") == normal("nhs_no") == "nhs no"


def test_headings_are_found_under_titles() -> None:
    found = find_header(grid(["Worklist of the week"], [""], ["NHS No.", "Date"], ["9990000018", ""]), WANTED)

    assert found is not None
    assert (found.row, found.first_data_row, dict(found.columns)) == (3, 4, {"nhs": 0, "day": 1})
    assert found.missing == ()


def test_group_heading_above_belongs_to_the_heading_below() -> None:
    wanted = (Wanted("a", ("Appointment date",)), Wanted("r", ("Referral date",)))

    found = find_header(grid(["Appointment", "", "Referral", ""], ["Date", "Time", "Date", "By"]), wanted)

    assert found is not None
    assert dict(found.columns) == {"a": 0, "r": 2}


def test_heading_merged_downwards_is_found_beside_a_second_heading_row() -> None:
    sheet = grid(["NHS number", "Referral", ""], ["", "Date", "Note"], ["9990000018", "", ""])

    found = find_header(sheet, WANTED)

    assert found is not None
    assert dict(found.columns) == {"nhs": 0, "day": 1, "note": 2}
    assert found.headings == ("NHS number", "Date", "Note")


def test_rows_covered_by_a_merged_heading_are_no_data() -> None:
    sheet = grid(["NHS number", "Date"], ["", ""], ["9990000018", ""])
    sheet.merged = ((1, 0, 2, 0),)

    found = find_header(sheet, WANTED)

    assert found is not None
    assert found.first_data_row == 3


def test_two_columns_for_one_field_are_told() -> None:
    found = find_header(grid(["NHS number", "NHS No", "Date"]), WANTED)

    assert found is not None
    assert found.doubled == ("nhs",)


def test_sheet_without_any_heading_has_no_header() -> None:
    assert find_header(grid(["a", "b"], ["c", "d"]), WANTED) is None


def test_returned_sheet_is_known_by_its_three_columns() -> None:
    found = find_header(grid(["NHS number", "Date", "Outcome", "What happened", "How to fix"]), WANTED)

    assert found is not None
    assert found.returned == (2, 3, 4)
