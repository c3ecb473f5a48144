"""The requester's way: choose the work, send a spreadsheet, see what can't be used, start, follow, fetch the results."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser

FATES = ("fine", "nobody", "unreadable", "fine")


@pytest.fixture
def requester(browser: Browser) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    return browser


def send(browser: Browser, path: Path) -> None:
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": path})


def test_good_rows_start_and_bad_ones_are_told_of(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))

    assert requester.path == "/uploads/1"
    assert "4 rows found 3 ready 1 can't be used yet" in requester.text
    assert "Row 4 Column NHS number What it says 1234567890 Problem" in requester.text
    assert "Start the 3 ready rows" in requester.text


def test_starting_makes_the_job_of_whoever_is_signed_in(requester: Browser, office: Office) -> None:
    send(requester, office.list(*FATES))

    requester.send("/uploads/1")

    assert requester.path == "/jobs/1"
    assert "The job has started" in requester.text
    assert requester.site.desk.views.job(1).requested_by == "Jo Clerk"
