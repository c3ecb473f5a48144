"""The auditors' pages: what was done, without patients' details unless there is a reason, and whether it is whole."""

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


@pytest.fixture
def auditor(browser: Browser, office: Office) -> Browser:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.add("Audrey Auditor", Role.AUDITOR)
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("fine", "nobody")})
    browser.send("/uploads/1")
    work(browser)
    made = browser.another()
    made.sign_in("Audrey Auditor")
    made.open("/record")
    return made


def test_a_job_is_told_without_what_was_in_its_rows(auditor: Browser, office: Office) -> None:
    auditor.open("/record?job=1")

    assert "Jo Clerk sent the job: 2 rows, for tidy." in auditor.text
    assert "Jo Clerk sent sheet, list row 2; sheet, list row 3." in auditor.text
    assert "The robot tidy changed appointment of ••••" in auditor.text
    assert "Clinic: •••• → ••••" in auditor.text
    assert not [number for number in office.numbers if number in auditor.text]


def test_a_patient_is_found_and_stands_in_no_address(auditor: Browser, office: Office) -> None:
    auditor.send("/record", {"nhs-number": office.numbers[0]})

    assert "The robot tidy changed appointment of ••••" in auditor.text
    assert "Patients' details are hidden" in auditor.text.replace("&#39;", "'")
    assert auditor.page is not None
    assert office.numbers[0] not in str(auditor.page.url)


def test_details_are_shown_for_a_reason_that_is_recorded(auditor: Browser, office: Office) -> None:
    asked = {"reference": office.numbers[0], "show": "yes"}
    auditor.send("/record", asked)
    without = auditor.text

    auditor.send("/record", asked, why="Complaint 12")

    assert "Enter why you need to see them" in without
    assert "RENZZ" not in without
    assert "Clinic: (empty) → RENZZ &lt;b&gt;2&lt;/b&gt;" in auditor.text
    told = Trail(auditor.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    assert (told.actor.name, told.why, told.facts["personal"]) == ("Audrey Auditor", "Complaint 12", True)


@pytest.mark.parametrize("asked", [{}, {"reference": "a", "nhs-number": "b"}, {"nhs-number": "1234567890"}])
def test_what_cannot_be_looked_for_is_said_and_not_repeated(auditor: Browser, asked: dict[str, str]) -> None:
    auditor.send("/record", asked)

    assert auditor.status == 422
    assert "There is a problem" in auditor.text


def test_nothing_found_says_so(auditor: Browser) -> None:
    auditor.send("/record", reference="never seen")

    assert "No entries match" in auditor.text


def test_the_record_is_checked_and_an_altered_entry_is_found(auditor: Browser) -> None:
    auditor.send("/record/check")
    before = auditor.text
    with auditor.site.desk.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE event SET body = body || ' ' WHERE run = 'job-1' AND seq = 3")
    auditor.open("/record")

    auditor.send("/record/check")

    assert "The record is whole: " in before
    assert "The record has been altered: " in auditor.text
    assert "Keep the database as it is" in auditor.text


def test_a_long_run_is_shown_a_part_at_a_time(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.console.record.MOST", 3)
    everything = len(Trail(auditor.site.desk.database).of_run("job-1"))

    seen = 0
    address = "/record?job=1"
    while address:
        page = auditor.open(address).text
        seen += page.count("<tr class")
        address = page.partition("/record?job=1&amp;before=")[2].partition('"')[0]
        address = address and f"/record?job=1&before={address}"

    assert seen == everything
