"""Workbooks that need a password, in the drop folder: the settings say which secret opens those of a workflow."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from rpa.connectors.spreadsheet.unlock import protect
from rpa.results.lines import mark_in
from tests.integration.inbox.conftest import DropFolder

WORD = "Plum-Orchard-7"


def list_of(numbers: list[str], target: Path) -> Path:
    book, content = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    for number in ["Number", *numbers]:
        page.append([number])
    book.save(content)
    protect(content.getvalue(), WORD, target)
    return target


def test_results_of_several_files_need_the_password_of_the_protected_one(
    drop: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RPA_SECRET_WARD_SHEETS_PASSWORD", WORD)
    with (drop.office.data / "rpa.toml").open("a", encoding="utf-8") as file:
        file.write('workbook_passwords = {compare = "ward-sheets"}\n')
    inbox = drop.worker()
    plain = drop.office.folder / "pas.csv"
    plain.write_text("Number\n1\n", encoding="utf-8")
    drop.drop(list_of(["1", "2"], drop.office.folder / "ers.xlsx"), to="compare/monday")
    drop.drop(plain, to="compare/monday")

    drop.pass_by(inbox, seconds=20)
    drop.work()
    drop.pass_by(inbox, seconds=10)

    (answer,) = drop.answers
    made = drop.outbox / answer
    desk = drop.desks[0]
    assert made.suffix == ".xlsx"
    assert not zipfile.is_zipfile(made)
    assert mark_in(made, password=desk.secrets.get("ward-sheets"))["rpa-workflow"] == "compare"
    assert [one.get("secret") for one in drop.jobs[0].inputs] == ["ward-sheets", None]
