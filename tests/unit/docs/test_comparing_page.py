"""The page on comparing says what the code does, and its script runs."""

from dataclasses import fields
from pathlib import Path

import pytest

from rpa.reconcile import Comparison, Field, Group, Kind, Pass
from rpa.reconcile.book import comparison_sheets
from tests.pages import ROOT, blocks, table, write_files

PAGE = ROOT / "docs" / "comparing.md"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_files(PAGE, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_script_prints_what_the_page_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (script,), (printed,) = blocks(PAGE, "script"), blocks(PAGE, "printed")

    exec(compile(script.text, str(PAGE), "exec"), {"__name__": "page"})  # noqa: S102 - the page's own script

    assert capsys.readouterr().out == printed.text
    assert (folder / "bookings.xlsx").exists()


def test_classes_are_those_there_are() -> None:
    assert [name for name, _ in table(PAGE, "class", "means")] == list(Kind)


def test_options_of_a_field_are_those_it_takes() -> None:
    told = {name for name, _ in table(PAGE, "option of Field")}

    assert told == {one.name for one in fields(Field)} - {"name", "left"}


def test_sheets_are_those_that_are_written() -> None:
    sheets = comparison_sheets(Comparison((0, 0), [], [], [], [Pass("key", "key")], [], ("…", "…")))

    assert [name for name, _ in table(PAGE, "sheet", "has")] == list(dict.fromkeys(sheet.name for sheet in sheets))


@pytest.mark.parametrize("name", [one.name for one in fields(Group)])
def test_what_a_group_has_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")
