"""Checking the record in the console: beside the pages, once at a time, and told in the words of what was found."""

import subprocess
import sys
import time
from datetime import timedelta

import pytest

from rpa.alarms import AlarmKind, raise_alarm
from rpa.answers.kept_checks import KeptChecks, Result
from rpa.db.console_tables import Role
from rpa.duties.checks import Checks
from tests.integration.console.conftest import Browser
from tests.integration.console.test_record import auditor  # noqa: F401 - a fixture


def checks_of(browser: Browser) -> KeptChecks:
    return KeptChecks(browser.site.desk.database, browser.site.desk.clock)


def let_end(browser: Browser) -> str:
    """Wait until the check that is under way has its answer, and return the page that shows it."""
    give_up = time.monotonic() + 60
    while checks_of(browser).last()[0].is_running and time.monotonic() < give_up:
        browser.open("/record/checks/progress")
    browser.open("/record/checks")
    return browser.text


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no check be taken for silent: the clock of these tests is not that of the process beside."""
    monkeypatch.setattr("rpa.answers.kept_checks.SILENT_AFTER", timedelta(days=36_500))


@pytest.mark.usefixtures("now")
def test_the_record_is_checked_beside_the_pages_and_the_answer_is_kept(auditor: Browser) -> None:  # noqa: F811
    auditor.open("/record")
    before = auditor.text
    auditor.open("/record/checks")
    auditor.send("/record/checks")
    begun = auditor.text

    ended = let_end(auditor)

    assert "Nobody has checked yet whether the record is as it was written" in before
    assert "The record is looked at. You can close this page" in begun
    assert "Audrey Auditor Result" in ended
    assert "The record is whole: " in ended
    assert auditor.path == "/record/checks"


@pytest.mark.usefixtures("now")
def test_an_altered_entry_is_found_and_said_on_the_record_page(auditor: Browser) -> None:  # noqa: F811
    with auditor.site.desk.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE event SET body = body || ' ' WHERE run = 'job-1' AND seq = 3")
    auditor.open("/record/checks")
    auditor.send("/record/checks")

    ended = let_end(auditor)
    auditor.open("/record")
    record = auditor.text
    auditor.open("/record/readers")
    readers = auditor.text
    auditor.open("/record/story")
    auditor.send("/record/story", reference="REF1")

    assert (
        "The record has been altered: Entry 3 of job 1 does not match its seal. Everything before it is sound." in ended
    )
    assert "Keep the database as it is, restart nothing, and call the digital team." in record
    for page in (record, readers, auditor.text):
        assert "Entries after it cannot be relied on. First noticed" in page


def test_what_a_check_finds_altered_is_told_to_admins_and_the_digital_team_as_well(auditor: Browser) -> None:  # noqa: F811
    kept = checks_of(auditor)
    number = kept.begin("Audrey Auditor", entries=4)[0]
    kept.end(number, Result.BROKEN, ["The record has been altered: Entry 3 of job 1 does not match its seal."])
    kept.end(number, Result.FAILED, ["The check could not be started here."])

    for name, role, address in (("Ada Admin", Role.ADMIN, "/health"), ("Opal Operator", Role.OPERATOR, "/now")):
        auditor.add(name, role)
        other = auditor.another()
        other.sign_in(name)
        other.open(address)
        assert "The record has been altered: Entry 3 of job 1 does not match its seal" in other.text


def test_what_the_robot_finds_altered_by_itself_is_told_to_auditors_until_a_later_check(
    auditor: Browser,  # noqa: F811
) -> None:
    kept, desk = checks_of(auditor), auditor.site.desk
    kept.end(kept.begin("IT", entries=4)[0], Result.WHOLE, ["The record is whole."])
    auditor.clock.pass_by(minutes=1)
    with desk.database.transaction() as connection:
        said = "The record does not verify: job-1 entry 3 is not as it was written."
        raise_alarm(connection, AlarmKind.RECORD_BROKEN, subject="job-1", said=said, now=desk.clock.now())
    auditor.open("/")
    found = auditor.text
    auditor.clock.pass_by(minutes=1)
    kept.end(kept.begin("IT", entries=4)[0], Result.WHOLE, ["The record is whole."])
    auditor.open("/")

    assert "Altered The record does not verify: job-1 entry 3 is not as it was written." in found
    assert "The record was whole" not in found
    assert "Whole The record was whole when it was last checked" in auditor.text


def test_before_anybody_has_checked_the_robots_own_look_is_told(auditor: Browser) -> None:  # noqa: F811
    desk = auditor.site.desk
    Checks(desk.database, desk.settings, desk.clock).tick()
    auditor.open("/record")

    assert "Nobody has checked yet whether the record is as it was written." in auditor.text
    assert "own daily look found nothing altered" in auditor.text


def test_a_second_click_begins_no_second_check(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    started: list[int] = []
    monkeypatch.setattr("rpa.console.record_checks._start", lambda _desk, number, _by: started.append(number))
    auditor.open("/record/checks")
    auditor.send("/record/checks")
    shown = auditor.text

    auditor.send("/record/checks")

    assert len(started) == 1
    assert "0 of " in shown
    assert "The record is looked at already" in auditor.text
    assert 'data-open="yes"' in auditor.open("/record/checks/progress").text


def test_progress_that_has_not_moved_is_not_sent_again(auditor: Browser) -> None:  # noqa: F811
    first = auditor.client.get("/record/checks/progress")

    again = auditor.client.get("/record/checks/progress", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_check_that_cannot_start_or_falls_over_says_so(auditor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])
    real = subprocess.Popen

    def refuse(*_: object, **__: object) -> object:
        raise OSError("no more processes")

    auditor.open("/record/checks")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    auditor.send("/record/checks")
    refused = auditor.text
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: ended)
    auditor.send("/record/checks")
    monkeypatch.setattr(subprocess, "Popen", real)

    let_end(auditor)
    assert "The check could not be started here" in refused
    assert [one.result for one in checks_of(auditor).last()] == [Result.FAILED, Result.FAILED]


def test_what_is_not_all_proved_is_said_apart(auditor: Browser) -> None:  # noqa: F811
    number, _ = checks_of(auditor).begin("Audrey Auditor", entries=5)
    checks_of(auditor).end(number, Result.UNPROVED, ["The record is whole.", "Not proved as a whole: <b>nothing</b>."])

    page = auditor.open("/record/checks").text

    assert "Nothing was found to be altered" in page
    assert "&lt;b&gt;nothing&lt;/b&gt;" in page
