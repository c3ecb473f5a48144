"""What goes back to the sender: their workbook as it was, and three columns."""

import io
import math
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rpa.connectors.spreadsheet import RowResult, read_table, return_suffix, write_return_workbook
from rpa.connectors.spreadsheet.grid import Grid
from rpa.connectors.spreadsheet.rebuild import rebuild
from rpa.exceptions import UsageError
from rpa.models import RowRef
from tests.integration.spreadsheet import books
from tests.integration.spreadsheet.books import people
from tests.integration.spreadsheet.conftest import Referral

Saved = Callable[[str, bytes], Path]
RESULTS = (
    RowResult(RowRef("list", "Worklist", 5), "Done", "The appointment was moved.", ""),
    RowResult(RowRef("list", "Worklist", 6), "For a person", "=1+1 <&> \x07 _x0041_", "+44 @home"),
    RowResult(RowRef("list", "Worklist", 7), "For a person", "No patient has this number.", "Check the number."),
)


def styled() -> bytes:
    """Return a workbook as an admin team would make it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Worklist"
    sheet["A1"] = "Week 18"
    sheet.merge_cells("A1:D1")
    for column, heading in enumerate(books.HEADINGS, 1):
        cell = sheet.cell(4, column, heading)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="2F5597")
    for number, person in enumerate(people(1), 5):
        sheet.append([person.nhs_number, person.name, person.referred, person.count])
        for written in sheet[number]:
            written.font = Font(name="Arial", size=9)
    sheet["H30"] = "=COUNTA(A5:A11)"
    sheet.freeze_panes = "A5"
    sheet.column_dimensions["A"].width = 31
    choice = DataValidation(type="list", formula1='"x,y"')
    choice.add("D5:D20")
    sheet.add_data_validation(choice)
    book.create_sheet("Notes")["A1"] = "kept"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opened(path: Path) -> Worksheet:
    sheet = openpyxl.load_workbook(path)["Worklist"]
    assert isinstance(sheet, Worksheet)
    return sheet


def texts(sheet: Worksheet, row: int) -> list[object]:
    return [cell.value for cell in sheet[row][-3:]]


def test_three_columns_are_added_beside_the_table(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=7)

    sheet = opened(target)
    # the formula in column H makes the table's sheet eight columns wide
    assert texts(sheet, 4) == ["Outcome", "What happened", "How to fix"]
    assert texts(sheet, 5) == ["Done", "The appointment was moved.", ""]
    assert texts(sheet, 7)[0] == "For a person"


def test_columns_stand_beside_a_table_that_starts_further_right(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", books.book(books.table_xml(people(3), left=2))), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 3), "Done", "x", "")], job=1)

    sheet = opened(target)
    assert [cell.value for cell in sheet[1]] == [None, None, *books.HEADINGS, "Outcome", "What happened", "How to fix"]
    assert [row.count for row in read_table(target, Referral)] == [p.count for p in people(3) if p != people(3)[1]]


def test_look_of_the_sheet_is_kept_and_carried_over(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=7)

    sheet = opened(target)
    added = sheet[4][-1]
    assert (sheet.freeze_panes, sheet.column_dimensions["A"].width) == ("A5", 31)
    assert sheet["H30"].value == "=COUNTA(A5:A11)"
    assert (added.font.bold, added.fill.fgColor.rgb) == (True, "002F5597")
    assert sheet[5][-1].alignment.wrap_text


def test_all_other_parts_are_the_same_bytes(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=7)

    with zipfile.ZipFile(sent) as before, zipfile.ZipFile(target) as after:
        assert before.namelist() == after.namelist()
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/styles.xml"}


def test_text_that_looks_like_a_formula_stays_text(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=7)

    cells = opened(target)[6][-2:]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert [cell.value for cell in cells] == ["=1+1 <&>  _x005F_x0041_", "+44 @home"]


def test_rows_to_fix_get_a_drop_down_beside_the_one_that_was_there(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=7)

    theirs, ours = opened(target).data_validations.dataValidation
    assert str(theirs.sqref) == "D5:D20"
    assert (str(ours.sqref)[1:].split(":")[0], ours.formula1, "job 7" in ours.prompt) == ("6", '"Resubmit"', True)


def test_sheet_sent_again_keeps_its_three_columns(saved: Saved, tmp_path: Path) -> None:
    sent, target, last = saved("list.xlsx", styled()), tmp_path / "back.xlsx", tmp_path / "last.xlsx"
    write_return_workbook(sent, target, RESULTS, job=7)

    write_return_workbook(target, last, [RowResult(RowRef("list", "Worklist", 6), "Done", "Moved.", "")], job=8)

    sheet = opened(last)
    headings = [cell.value for cell in sheet[4]]
    assert headings.count("Outcome") == 1
    assert texts(sheet, 6) == ["Done", "Moved.", ""]
    assert texts(sheet, 7)[0] == "For a person"
    assert len(sheet.data_validations.dataValidation) == 1


def test_columns_stand_beside_a_column_that_holds_errors_alone(saved: Saved, tmp_path: Path) -> None:
    error = '<c r="E2" t="e"><v>#REF!</v></c></row>'
    data = books.table_xml(people(1)).replace("</row>", error, 2).replace(error, "</row>", 1)
    sent, target = saved("list.xlsx", books.book(data)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 2), "Done", "x", "")], job=1)

    assert [cell.value for cell in opened(target)[2]][4:] == ["#REF!", "Done", "x", ""]


@pytest.mark.parametrize("moved", [("xl/", "xl\\"), ("xl/", ""), ("xl/worksheets", "XL/Worksheets")])
def test_workbook_whose_parts_are_named_oddly_keeps_them_all(
    moved: tuple[str, str], saved: Saved, tmp_path: Path
) -> None:
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(1)))})
    odd = {name.replace(*moved): xml.replace("xl/workbook.xml", "workbook.xml") if not moved[1] else xml
           for name, xml in parts.items()}  # fmt: skip
    odd = {name.replace("/", "\\") if "\\" in moved[1] else name: xml for name, xml in odd.items()}
    sent, target = saved("list.xlsx", books.zipped({**odd, "any.bin": "kept"})), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 2), "Done", "x", "")], job=1)

    with zipfile.ZipFile(target) as back:
        assert back.namelist() == [*odd, "any.bin"]
    assert len(read_table(target, Referral).left_out) == 1


def test_damaged_part_that_nobody_reads_is_no_reason_not_to_return_a_workbook(saved: Saved, tmp_path: Path) -> None:
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(1)))})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**parts, "xl/theme.xml": "<theme/>" * 9}.items():
            archive.writestr(name, content)
    sent, target = saved("list.xlsx", buffer.getvalue().replace(b"<theme/>", b"<thEme/>", 1)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 2), "Done", "x", "")], job=1)

    assert b"<thEme/>" in target.read_bytes()
    assert len(read_table(target, Referral).left_out) == 1


def test_cells_of_a_workbook_whose_styles_are_torn_go_into_a_new_one(saved: Saved, tmp_path: Path) -> None:
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(1)) + "<!-- x -->", after="<a b>")})
    sent, target = saved("list.xlsx", books.zipped(parts)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 2), "Done", "x", "")], job=1)

    table = read_table(target, Referral)
    assert (len(table), len(table.left_out)) == (6, 1)


@pytest.mark.parametrize("torn", [1, 3])
def test_row_whose_tag_is_torn_still_gets_its_outcome_and_its_headings(saved: Saved, tmp_path: Path, torn: int) -> None:
    table = books.table_xml(people(1)).replace(f'<row r="{torn}"', f'<ros r="{torn}"')
    parts = books.book_parts({"Worklist": books.sheet_xml(table)})
    sent, target = saved("list.xlsx", books.zipped(parts)), tmp_path / "back.xlsx"
    results = [RowResult(RowRef("l", "Worklist", number), "Done", "x", "") for number in (2, 3, 4)]

    write_return_workbook(sent, target, results, job=1)

    assert len(read_table(target, Referral).left_out) == 3


@pytest.mark.parametrize("above", ["", '<row r="2"><c r="A2"><v>5</v></c></row>'])
def test_sheet_without_headings_keeps_all_its_parts(saved: Saved, tmp_path: Path, above: str) -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>{number}</v></c></row>' for number in (3, 4))
    parts = books.book_parts({"Worklist": books.sheet_xml(above + rows)}) | {"xl/theme.xml": "<theme/>"}
    sent, target = saved("list.xlsx", books.zipped(parts)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 3), "Done", "x", "")], job=1)

    with zipfile.ZipFile(target) as back:
        assert "xl/theme.xml" in back.namelist()
        assert b">Done</t>" in back.read("xl/worksheets/sheet1.xml")


def test_list_that_starts_at_a_later_column_and_widens_far_down_keeps_its_last_column(
    saved: Saved, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row, cells in ((3, ["Name", "Town"]), *[(row, ["Orchard", "Poole"]) for row in range(4, 200)]):
        for column, cell in enumerate(cells, 3):
            sheet.cell(row, column, cell)
    sheet.cell(190, 5, "a note")
    content = io.BytesIO()
    book.save(content)
    sent, target = saved("list.xlsx", content.getvalue()), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Sheet", 190), "Done", "x", "")], job=1)

    back = openpyxl.load_workbook(target).active
    assert isinstance(back, Worksheet)
    assert [cell.value for cell in back[190]][2:] == ["Orchard", "Poole", "a note", "Done", "x", ""]


def test_sent_file_is_never_changed(saved: Saved, tmp_path: Path) -> None:
    sent = saved("list.xlsx", styled())
    before = sent.read_bytes()

    write_return_workbook(sent, tmp_path / "back.xlsx", RESULTS, job=7)

    assert sent.read_bytes() == before
    with pytest.raises(UsageError, match="never changed"):
        write_return_workbook(sent, sent, RESULTS, job=7)


def test_failed_write_leaves_the_old_file_and_no_other(saved: Saved, tmp_path: Path) -> None:
    sent, target = saved("list.xlsx", styled()), saved("back.xlsx", b"old")

    with pytest.raises(UsageError, match="no sheet"):
        write_return_workbook(sent, target, [RowResult(RowRef("list", "Other", 5), "Done", "", "")], job=7)

    assert target.read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"list.xlsx", "back.xlsx"}


def test_strict_workbook_without_row_references_is_spliced(saved: Saved, tmp_path: Path) -> None:
    data = books.table_xml(people(2)).replace(' r="A2"', "").replace('<row r="2">', "<row>")
    strict = books.book_parts({"Worklist": books.sheet_xml(data, namespace=books.STRICT)}, strict=True)
    sent, target = saved("list.xlsx", books.zipped(strict)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, [RowResult(RowRef("l", "Worklist", 2), "Rejected", "x", "y")], job=1)

    table = read_table(target, Referral)
    assert (len(table), [ref.row for ref in table.left_out]) == (6, [2])


def test_csv_comes_back_as_a_workbook_that_can_be_sent_again(saved: Saved, tmp_path: Path) -> None:
    text = "NHS number;Name;Referral date;Count\n9990000018;=1+1;01/02/2024;3\n999;Plum;01/02/2024;4\n"
    sent, target = saved("list.csv", text.encode("cp1252")), tmp_path / "back.xlsx"
    rejected = read_table(sent, Referral).rejected[0]

    write_return_workbook(sent, target, [RowResult(rejected.source, "Resubmit", str(rejected.problems[0]), "x")], job=1)

    table = read_table(target, Referral)
    assert (len(table), table.rows[0].name, len(table.rejected)) == (1, "=1+1", 1)
    assert return_suffix(sent) == ".xlsx"


def test_name_of_the_target_fits_what_was_sent(saved: Saved, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"should end in \.xlsx"):
        write_return_workbook(saved("list.xlsx", styled()), tmp_path / "back.xls", RESULTS, job=7)


def test_text_that_no_cell_can_hold_comes_back_marked(saved: Saved, tmp_path: Path) -> None:
    sent = saved("list.csv", f"Name,Note\nOrchard,{'x' * 40_000}\nPell\ufffe,short\n".encode())
    result = RowResult(RowRef("list", "list", 2), "For a person", "y" * 40_000, "Shorten it.")

    write_return_workbook(sent, tmp_path / "back.xlsx", [result], job=1)

    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert isinstance(sheet, Worksheet)
    for cell in (sheet["B2"].value, sheet["D2"].value):
        assert len(cell) == 32_767
        assert cell.endswith(" … (cut: longer than a cell can be)")
    assert sheet["A3"].value == "Pell\ufffd"


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_number_without_end_in_a_damaged_workbook_does_not_keep_the_others_from_coming_back(
    tmp_path: Path, number: float
) -> None:
    grid = Grid("Sheet1", rows=[["Name", "Length"], ["Orchard", number], ["Pell", 2.0]])

    rebuild(tmp_path / "back.xlsx", [grid], {})

    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert isinstance(sheet, Worksheet)
    assert [cell.value for cell in sheet["A"]] == ["Name", "Orchard", "Pell"]
    assert sheet["B3"].value == 2


HEADINGS = ("Name", "Town")


def result_in(row: int) -> RowResult:
    return RowResult(RowRef("list", "list", row), "Done", "x", "")


def listed(rows: int) -> bytes:
    return "".join(f"{first},{second}\n" for first, second in [HEADINGS, *[("Orchard", "Poole")] * rows]).encode()


def test_headings_stand_over_a_list_of_texts_alone_whose_first_rows_have_no_result(
    saved: Saved, tmp_path: Path
) -> None:
    sent = saved("list.csv", listed(8))

    write_return_workbook(sent, tmp_path / "back.xlsx", [result_in(5)], job=1, headings=HEADINGS)

    sheet = openpyxl.load_workbook(tmp_path / "back.xlsx").active
    assert isinstance(sheet, Worksheet)
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "Outcome", "What happened", "How to fix"]
    assert [cell.value for cell in sheet[5]] == ["Orchard", "Poole", "Done", "x", ""]


def test_row_far_down_finds_the_columns_that_an_earlier_return_has_added(saved: Saved, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    sent = saved("list.csv", listed(300))
    write_return_workbook(sent, first, [result_in(row) for row in range(2, 302)], job=1, headings=HEADINGS)

    write_return_workbook(first, second, [replace(result_in(200), outcome="For a person")], job=2, headings=HEADINGS)

    sheet = openpyxl.load_workbook(second).active
    assert isinstance(sheet, Worksheet)
    assert sheet.max_column == 5
    assert [sheet.cell(row, 3).value for row in (1, 199, 200, 201)] == ["Outcome", "Done", "For a person", "Done"]
