"""A sheet that calls its columns otherwise: somebody says once which is which."""

from pathlib import Path

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


@pytest.fixture
def requester(browser: Browser) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def sheet(office: Office, headings: str, name: str = "theirs.csv") -> Path:
    path = office.folder / name
    path.write_text(f"{headings}\n{office.numbers[0]},fine,Routine,x\n", encoding="utf-8")
    return path


def send(browser: Browser, path: Path) -> None:
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": path})


def test_a_column_is_chosen_once_and_taken_from_then_on(requester: Browser, office: Office) -> None:
    send(requester, sheet(office, "Pt No,Fate,Priority,Remark"))
    asked = (requester.path, requester.text)
    requester.send("/uploads/1/columns", {"column-0": "Pt No"})
    chosen = (requester.path, requester.text)
    requester.send("/uploads/1")
    work(requester)
    send(requester, sheet(office, "Pt No,Fate,Priority,Remark", "next.csv"))

    assert asked[0] == "/uploads/1/columns"
    assert "We can't find a column called NHS number" in asked[1]
    assert "Your file theirs.csv has: Pt No, Remark." in asked[1]
    assert chosen[0] == "/uploads/1"
    assert "The robot takes these columns from now on." in chosen[1]
    assert "1 row found 1 ready" in chosen[1]
    assert requester.site.desk.views.totals(1).completed == 1
    assert requester.path == "/uploads/2"
    told = Trail(requester.site.desk.database).of_run(SYSTEM_RUN, names=["headings.saved"])[-1]
    assert (told.actor.name, told.facts["headings"]) == ("Jo Clerk", {"Pt No": "NHS number"})


def test_two_columns_are_asked_for_and_one_cannot_be_both(requester: Browser, office: Office) -> None:
    send(requester, sheet(office, "Pt No,What,Priority,Remark"))
    requester.send("/uploads/1/columns", {"column-0": "Pt No"})
    one = (requester.status, requester.page.text if requester.page else "")
    requester.send("/uploads/1/columns", {"column-0": "Pt No", "column-1": "Pt No"})
    same = requester.text
    requester.send("/uploads/1/columns", {"column-0": "Pt No", "column-1": "What"})

    assert one[0] == 422
    assert 'id="column-1-error"' in one[1]
    assert "one column can't stand for two" in " ".join(same.replace("&#39;", "'").split())
    assert requester.path == "/uploads/1"


def test_a_column_that_the_sheet_has_not_is_not_taken(requester: Browser, office: Office) -> None:
    send(requester, sheet(office, "Pt No,Fate,Priority,Remark"))
    requester.send("/uploads/1/columns", {"column-0": "Made up"})

    assert requester.status == 422
    assert "Choose the column for NHS number" in requester.text
    assert not Trail(requester.site.desk.database).of_run(SYSTEM_RUN, names=["headings.saved"])


def test_a_sheet_that_lacks_nothing_is_not_asked_about(requester: Browser, office: Office) -> None:
    send(requester, office.list("fine"))
    requester.open("/uploads/1/columns")

    assert requester.path == "/uploads/1"


def test_nobody_chooses_for_the_file_of_somebody_else(requester: Browser, office: Office) -> None:
    send(requester, sheet(office, "Pt No,Fate,Priority,Remark"))
    requester.add("Eve Elsewhere", Role.REQUESTER)
    other = requester.another()
    other.sign_in("Eve Elsewhere")

    assert other.open("/uploads/1/columns").status_code == 404
