"""A workbook with everything in it comes back with three columns more, and with nothing less."""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from rpa.connectors.spreadsheet import RowRef, RowResult, write_return_workbook
from tests.acceptance.sheets.rich import BY_HAND, ROWS, rich_workbook

SAID = ("For a person", "Nobody has this number.", "Look it up and choose Resubmit.")
MAY_CHANGE = {"xl/worksheets/sheet1.xml", "xl/styles.xml"}
CHANGED = {"cols", "dimension", "dataValidations", "sheetData"}
"""What in the sheet itself may be other than before."""


@pytest.fixture
def sent_and_back(tmp_path: Path) -> tuple[Path, Path]:
    sent, back = tmp_path / "sent.xlsx", tmp_path / "back.xlsx"
    rich_workbook(sent)
    write_return_workbook(sent, back, [RowResult(RowRef("s", "Worklist", n), *SAID) for n in (5, 9, 34)], job=7)
    return sent, back


def test_every_part_but_the_sheet_and_its_styles_is_equal_byte_for_byte(sent_and_back: tuple[Path, Path]) -> None:
    sent, back = sent_and_back

    with zipfile.ZipFile(sent) as before, zipfile.ZipFile(back) as after:
        parts = {name: (before.read(name), after.read(name)) for name in before.namelist()}
        order = after.namelist()

    assert order == list(parts)
    assert set(BY_HAND) < set(parts)
    assert {name for name, (one, other) in parts.items() if one != other} == MAY_CHANGE


def test_in_the_sheet_only_cells_widths_and_drop_downs_are_added(sent_and_back: tuple[Path, Path]) -> None:
    sent, back = (_sheet(path) for path in sent_and_back)

    kept = [[node for node in root if etree.QName(node).localname not in CHANGED] for root in (sent, back)]

    assert [etree.tostring(node, method="c14n") for node in kept[0]] == [
        etree.tostring(node, method="c14n") for node in kept[1]
    ]
    before, after = (_cells(root) for root in (sent, back))
    assert {reference: xml for reference, xml in after.items() if reference in before} == before
    assert len(after) - len(before) == 3 * 4  # headings, and three rows


def test_styles_are_only_added_to(sent_and_back: tuple[Path, Path]) -> None:
    before, after = (_part(path, "xl/styles.xml") for path in sent_and_back)

    for one, other in zip(before, after, strict=True):
        texts = [[etree.tostring(node, method="c14n") for node in part] for part in (one, other)]
        assert texts[1][: len(texts[0])] == texts[0]


def test_other_programs_open_it_and_show_the_three_columns(sent_and_back: tuple[Path, Path], tmp_path: Path) -> None:
    _, back = sent_and_back

    shown = _as_shown(back, tmp_path)

    assert len(shown) >= len(ROWS) + 4
    assert [cell for cell in shown[3] if cell][-3:] == ["Outcome", "What happened", "How to fix"]
    assert [[cell for cell in shown[n - 1] if cell][-3:] for n in (5, 9, 34)] == [list(SAID)] * 3
    assert not [row for n, row in enumerate(shown, 1) if SAID[0] in row and n not in {5, 9, 34}]


def _as_shown(path: Path, folder: Path) -> list[list[str]]:
    """Return the first sheet as LibreOffice shows it, where it is installed, and as openpyxl does elsewhere."""
    office = shutil.which("soffice")
    if office is None:
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = [office, home, "--headless", "--convert-to", "csv", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return list(csv.reader(io.StringIO(path.with_suffix(".csv").read_text(encoding="utf-8"))))


def _sheet(path: Path) -> "etree._Element":
    return _part(path, "xl/worksheets/sheet1.xml")


def _part(path: Path, name: str) -> "etree._Element":
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(name))


def _cells(root: "etree._Element") -> dict[str, bytes]:
    return {str(cell.get("r")): etree.tostring(cell, method="c14n") for cell in root.iter("{*}c")}
