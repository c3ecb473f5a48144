"""What the page on spreadsheets shows is so."""

import subprocess
import sys
import tomllib
from pathlib import Path

from python_calamine import CalamineWorkbook

from rpa.settings import load_settings
from tests.pages import ROOT, blocks

PAGE = ROOT / "docs" / "spreadsheets.md"


def test_settings_shown_are_good_ones() -> None:
    (block,) = blocks(PAGE, "settings")

    settings = load_settings(ROOT / "nowhere", **tomllib.loads(block.text))

    assert settings.workbook_passwords == {"update_contact_details": "ward-sheets"}


def test_long_list_is_written_as_shown(tmp_path: Path) -> None:
    (block,) = blocks(PAGE, "list")

    subprocess.run([sys.executable, "-c", block.text], cwd=tmp_path, check=True)

    rows = CalamineWorkbook.from_path(tmp_path / "waiting.xlsx").get_sheet_by_index(0).to_python()
    assert (rows[0], len(rows)) == (["Number", "Since"], 1_001)
