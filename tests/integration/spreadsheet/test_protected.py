"""Workbooks that need a password: opened with one from the secrets, and given back with the same one."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import msoffcrypto  # type: ignore[import-untyped]
import pytest

from rpa.connectors.spreadsheet import (
    Limits,
    ReportSheet,
    RowRef,
    RowResult,
    custom_properties,
    read_table,
    write_report,
    write_return_workbook,
)
from rpa.connectors.spreadsheet.parser import Parser
from rpa.connectors.spreadsheet.unlock import EXCELS_OWN, protect
from rpa.exceptions import InputRefused
from rpa.secrets import Credential, Label
from tests.integration.spreadsheet import books
from tests.integration.spreadsheet.books import people
from tests.integration.spreadsheet.conftest import Referral

WORD = "Plum-Orchard-7"
RIGHT = Credential("", WORD, label=Label("ward-sheets"))
WRONG = Credential("", "Pear-Orchard-8", label=Label("ward-sheets"))
RESULTS = (RowResult(RowRef("l", "Worklist", 2), "For a person", "Nobody has this number.", "Check the number."),)


@pytest.fixture
def protected(tmp_path: Path) -> Callable[[str, str], Path]:
    """Make a workbook that a password opens."""

    def make(name: str, password: str) -> Path:
        protect(books.book(books.table_xml(people(1, 300))), password, tmp_path / name)
        return tmp_path / name

    return make


def opened(path: Path, password: str) -> bytes:
    """Return a workbook without its protection, by the other program's own means."""
    content = io.BytesIO()
    with path.open("rb") as file:
        book = msoffcrypto.OfficeFile(file)
        book.load_key(password=password, verify_password=True)
        book.decrypt(content, verify_integrity=True)
    return content.getvalue()


def test_protected_workbook_is_read_with_the_password_of_the_secret(protected: Callable[[str, str], Path]) -> None:
    sent = protected("list.xlsx", WORD)

    table = read_table(sent, Referral, password=RIGHT)

    assert (len(table), table.rejected, table.secret) == (300, (), "ward-sheets")


def test_workbook_that_excel_opens_without_asking_needs_no_secret(protected: Callable[[str, str], Path]) -> None:
    sent = protected("list.xlsx", EXCELS_OWN)

    tables = [read_table(sent, Referral, password=one) for one in (None, WRONG)]

    assert [(len(table), table.secret) for table in tables] == [(300, ""), (300, "")]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        (None, "list.xlsx is protected with a password to open it: say which secret has it"),
        (WRONG, "list.xlsx doesn't open with the password in the secret 'ward-sheets': put the right one there"),
    ],
)
def test_without_the_right_password_one_sentence_says_what_to_do(
    password: Credential | None, said: str, protected: Callable[[str, str], Path]
) -> None:
    sent = protected("list.xlsx", WORD)

    with pytest.raises(InputRefused) as refusal:
        read_table(sent, Referral, password=password)

    assert str(refusal.value).startswith(said)
    assert "Orchard" not in repr(refusal.getrepr(style="long", showlocals=False))


def test_very_small_workbook_can_be_protected_as_well(tmp_path: Path) -> None:
    protect(books.book(books.table_xml(people(1, 2))), WORD, tmp_path / "list.xlsx")

    table = read_table(tmp_path / "list.xlsx", Referral, password=RIGHT)

    assert len(table) == 2


def test_bomb_behind_a_password_meets_the_gate(tmp_path: Path) -> None:
    parts = books.book_parts({"Worklist": books.sheet_xml(books.table_xml(people(1)))})
    protect(books.zipped({**parts, "xl/media/a.bin": bytes(60 << 20)}), WORD, tmp_path / "bomb.xlsx")
    protect(books.zipped(parts), WORD, tmp_path / "wide.xlsx")

    with pytest.raises(InputRefused, match="unpacks to"):
        read_table(tmp_path / "bomb.xlsx", Referral, password=RIGHT)
    with pytest.raises(InputRefused, match="and 9 cells are taken"):
        Parser().read(tmp_path / "wide.xlsx", sheet=None, limits=Limits(max_cells=9), password=RIGHT)


def test_password_stands_in_no_command_line_and_its_child_is_not_kept(
    protected: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def noted(*given: object, **more: object) -> "subprocess.Popen[bytes]":
        started.append(real(*given, **more))  # type: ignore[call-overload]
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    parser = Parser()

    parser.read(protected("list.xlsx", WORD), sheet=None, limits=Limits(), password=RIGHT)

    assert [one.args for one in started] == [[sys.executable, *list(started[0].args)[1:]]]  # type: ignore[arg-type]
    assert WORD not in repr(started[0].args)
    assert started[0].poll() is not None


@pytest.mark.parametrize("password", [WORD, EXCELS_OWN])
def test_protected_workbook_comes_back_under_the_same_password(
    password: str, protected: Callable[[str, str], Path], tmp_path: Path
) -> None:
    sent, target = protected("list.xlsx", password), tmp_path / "back.xlsx"

    write_return_workbook(sent, target, RESULTS, job=1, password=RIGHT)

    with zipfile.ZipFile(io.BytesIO(opened(target, password))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Nobody has this number." in sheet
    assert not zipfile.is_zipfile(target)
    assert b"Worklist" not in target.read_bytes()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["back.xlsx", "list.xlsx"]
    assert len(read_table(target, Referral, password=RIGHT).left_out) == 1


def test_nothing_is_returned_of_a_protected_workbook_that_does_not_open(
    protected: Callable[[str, str], Path], tmp_path: Path
) -> None:
    sent, target = protected("list.xlsx", WORD), tmp_path / "back.xlsx"

    with pytest.raises(InputRefused, match="doesn't open with the password"):
        write_return_workbook(sent, target, RESULTS, job=1, password=WRONG)

    assert [one.name for one in tmp_path.iterdir()] == ["list.xlsx"]


def test_report_with_a_password_is_known_again_by_its_mark(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"

    write_report(target, [ReportSheet("Rows", ["A"], [["x"]])], properties={"rpa-job": "7"}, password=RIGHT)

    assert custom_properties(target, password=RIGHT) == {"rpa-job": "7"}
    assert custom_properties(target) == custom_properties(target, password=WRONG) == {}
    assert zipfile.is_zipfile(io.BytesIO(opened(target, WORD)))
