"""What is in a file: nobody who was not asked for, and no cell that a program takes for a formula."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.connectors.spreadsheet.booklook import LONGEST_CELL
from rpa.connectors.spreadsheet.listing import write_listing
from rpa.exports import Exported, Form
from rpa.exports.tables import harmless
from tests.integration.exports.archive import CANARIES, Archive

TEXTS = [one for one in Form if one not in (Form.PACK, Form.XLSX)]


def content(done: Exported, form: Form) -> str:
    if form is Form.XLSX:
        (sheet,) = load_workbook(done.path)
        return "\n".join(str(cell) for row in sheet.values for cell in row)
    return done.path.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("form", [*TEXTS, Form.XLSX])
def test_no_patient_is_named_unless_it_is_asked_for(archive: Archive, form: Form) -> None:
    archive.note("job-1", "item.retried", why=f"{CANARIES[1]} rang")

    without = content(archive.export(archive.job(), form, name="without"), form)
    with_them = content(archive.export(archive.job(), form, name="with", payloads=True), form)

    assert not [one for one in CANARIES if one in without]
    assert [one for one in CANARIES if one in with_them] == list(CANARIES)


@pytest.mark.parametrize("form", [*TEXTS, Form.XLSX])
def test_payloads_of_one_patient_hold_nobody_elses_row(archive: Archive, form: Form) -> None:
    told = content(archive.export(archive.patient(CANARIES[1]), form, payloads=True), form)

    assert [one for one in CANARIES if one in told] == [CANARIES[1]]


def test_no_cell_of_a_csv_file_begins_like_a_formula(archive: Archive) -> None:
    for sign in ("=", "+", "-", "@", "\t=", "\r="):
        archive.note("job-1", f"{sign}HYPERLINK(1)")

    done = archive.export(archive.job(), Form.CSV, payloads=True)

    with done.path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert len([cell for cell in cells if "HYPERLINK(1)" in cell]) == 6


@pytest.mark.parametrize(("text", "shown"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("plain = text", "plain = text")])
def test_apostrophe_comes_before_what_could_be_a_formula(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_every_cell_of_a_workbook_is_a_text(archive: Archive) -> None:
    archive.note("job-1", "=HYPERLINK(1)")

    done = archive.export(archive.job(), Form.XLSX)

    (sheet,) = load_workbook(done.path)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    assert "=HYPERLINK(1)" in [cell.value for cell in sheet["E"]]


def test_rows_beyond_the_limit_of_a_sheet_go_onto_another(tmp_path: Path) -> None:
    rows: Sequence[list[str]] = [[str(number)] for number in range(5)]

    count = write_listing(tmp_path / "long.xlsx", "Record", ["Number"], rows, most=3)

    sheets = load_workbook(tmp_path / "long.xlsx").worksheets
    assert count == 5
    assert [[cell.value for cell in one["A"]] for one in sheets] == [
        ["Number", "0", "1"], ["Number", "2", "3"], ["Number", "4"]
    ]  # fmt: skip


def test_text_too_long_for_a_cell_says_that_it_was_cut(tmp_path: Path) -> None:
    write_listing(tmp_path / "wide.xlsx", "Record", ["Text"], [["x" * (LONGEST_CELL + 1)]])

    shown = load_workbook(tmp_path / "wide.xlsx").active["A2"].value  # type: ignore[index]
    assert len(str(shown)) == LONGEST_CELL
    assert str(shown).endswith("(cut: longer than a cell can be)")
