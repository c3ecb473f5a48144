"""The rows of what goes back are as high as their texts need, ours and the sender's."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from rpa.connectors.spreadsheet import RowResult, write_return_workbook
from rpa.models import RowRef
from tests.integration.spreadsheet.books import book, row_xml, text_cell
from tests.integration.spreadsheet.test_returned import Saved

LONG = "No patient has this NHS number and this date of birth, so nothing was changed in the record."
ROWS = (RowResult(RowRef("list", "Worklist", 2), "For a person", LONG, LONG),)
THREE_LINES = 45.0


def sheet(attributes: str) -> bytes:
    cells = row_xml(1, [text_cell("A1", "NHS number")]), row_xml(2, [text_cell("A2", "9990000018")], attributes)
    return book("".join(cells))


@pytest.mark.parametrize(
    ("attributes", "height"),
    [
        ("", 30.0),
        (' ht="15"', 30.0),
        (' ht="12.8" customHeight="false"', 30.0),
        (' ht="odd"', 30.0),
        (' ht="45"', THREE_LINES),
        (' ht="12" customHeight="1"', 12.0),
    ],
    ids=["none is given", "too low", "as LibreOffice writes it", "no number", "high enough", "set by hand"],
)
def test_height_of_a_row_is_only_ever_raised_and_never_one_set_by_hand(
    saved: Saved, tmp_path: Path, attributes: str, height: float
) -> None:
    sent, target = saved("list.xlsx", sheet(attributes)), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, ROWS, job=7)

    assert openpyxl.load_workbook(target)["Worklist"].row_dimensions[2].height == height


def test_long_texts_of_a_csv_file_have_room_too(saved: Saved, tmp_path: Path) -> None:
    sent = saved("list.csv", f'NHS number,Note\n9990000018,"{LONG} {LONG}"\n'.encode())
    row = RowResult(RowRef("list", "list", 2), "Done", "Updated.", "")

    write_return_workbook(sent, tmp_path / "back.xlsx", [row], job=7)

    page = openpyxl.load_workbook(tmp_path / "back.xlsx").worksheets[0]
    assert page.column_dimensions["B"].width == pytest.approx(40, abs=1)
    assert page.row_dimensions[2].height == 5 * 15


def test_texts_of_the_sender_that_wrap_have_room_as_well(saved: Saved, tmp_path: Path) -> None:
    own = openpyxl.Workbook()
    page = own.active
    assert isinstance(page, Worksheet)
    page.title = "Worklist"
    page.append(["NHS number", "Note"])
    page.append(["9990000018", f"{LONG} {LONG}"])
    page["B2"].alignment = Alignment(wrap_text=True)
    page.column_dimensions["B"].width = 40
    own.save(tmp_path / "list.xlsx")

    write_return_workbook(tmp_path / "list.xlsx", tmp_path / "back.xlsx", ROWS, job=7)

    assert openpyxl.load_workbook(tmp_path / "back.xlsx")["Worklist"].row_dimensions[2].height == 5 * 15
