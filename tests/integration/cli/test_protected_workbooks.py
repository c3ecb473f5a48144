"""`rpa submit --password-secret`: a workbook that needs a password becomes a job, and comes back under the same one."""

import io
import zipfile
from pathlib import Path

import msoffcrypto  # type: ignore[import-untyped]
import pytest
from openpyxl import Workbook, load_workbook

from rpa.cli.exits import Exit
from rpa.connectors.spreadsheet.unlock import protect
from tests.integration.cli.conftest import Rpa
from tests.integration.cli.office import Office

WORD = "Plum-Orchard-7"


@pytest.fixture
def sheet(office: Office, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RPA_SECRET_WARD_SHEETS_PASSWORD", WORD)
    monkeypatch.setenv("RPA_SECRET_OTHER_PASSWORD", "Pear-Orchard-8")
    book, content = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    page.append(["NHS number", "Fate", "Priority"])
    page.append([office.numbers[0], "nobody", "Routine"])
    book.save(content)
    protect(content.getvalue(), WORD, office.folder / "ward.xlsx")
    return office.folder / "ward.xlsx"


def test_protected_workbook_comes_back_under_the_password_it_was_sent_with(
    rpa: Rpa, office: Office, sheet: Path
) -> None:
    back = office.folder / "back.xlsx"

    submitted = rpa("submit", "tidy", sheet, "--password-secret", "ward-sheets", "--json")
    rpa("work", "--until-idle")
    written = rpa("results", 1, "-o", back)

    assert submitted.json["totals"]["rows_in"] == 1
    assert written.code is Exit.DONE, written.err
    assert not zipfile.is_zipfile(back)
    said = [cell.value for cell in load_workbook(opened(back)).worksheets[0][2]]
    assert said[3] == "For a person"
    kept = [one.read_bytes() for one in office.data.rglob("*") if one.is_file()]
    assert not [one for one in kept if WORD.encode() in one]
    assert any(b"ward-sheets" in one for one in kept)


def test_secret_of_a_workflow_is_known_from_the_settings(rpa: Rpa, office: Office, sheet: Path) -> None:
    with (office.data / "rpa.toml").open("a", encoding="utf-8") as file:
        file.write('workbook_passwords = {tidy = "ward-sheets"}\n')

    submitted = rpa("submit", "tidy", sheet, "--json")

    assert submitted.json["totals"]["rows_in"] == 1


@pytest.mark.parametrize(
    ("secret", "code", "said"),
    [
        ([], Exit.USAGE, "ward.xlsx is protected with a password to open it"),
        (["--password-secret", "other"], Exit.USAGE, "doesn't open with the password in the secret 'other'"),
        (["--password-secret", "nowhere"], Exit.NOT_FOUND, "there is no sign-in named 'nowhere'"),
    ],
)
def test_workbook_that_does_not_open_is_refused_in_one_sentence(
    secret: list[str], code: Exit, said: str, rpa: Rpa, sheet: Path
) -> None:
    refused = rpa("submit", "tidy", sheet, *secret)

    assert refused.code is code
    assert said in " ".join(refused.err.split())
    assert "Orchard" not in refused.err + refused.out


def opened(path: Path) -> io.BytesIO:
    content = io.BytesIO()
    with path.open("rb") as file:
        book = msoffcrypto.OfficeFile(file)
        book.load_key(password=WORD)
        book.decrypt(content)
    return content


def test_change_set_of_a_protected_workbook_is_protected_too(rpa: Rpa, office: Office, sheet: Path) -> None:
    changes = office.folder / "changes.xlsx"
    rpa("plan", "tidy", sheet, "--password-secret", "ward-sheets")
    rpa("work", "--until-idle")

    ended = rpa("changes", 1, "-o", changes)

    assert (ended.code, zipfile.is_zipfile(changes)) == (Exit.DONE, False), ended.err
    assert load_workbook(opened(changes)).sheetnames == ["Changes"]
