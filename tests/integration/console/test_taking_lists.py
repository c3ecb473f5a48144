"""Lists that are taken away as workbooks: no more of a patient than the page shows, and the record says who did."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from rpa.answers.readers import readings_in
from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.codes import Explanation
from rpa.console import list_files, taking_lists
from rpa.db.console_tables import Role
from rpa.lists import Lists
from rpa.models import WorkItem
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    """The browser of Jo, whose job 1 has a row of every fate and two that need her."""
    browser.add("Jo Clerk", Role.REQUESTER, team="Bookings")
    send(browser, office, "Jo Clerk", "fine", "nobody", "nobody", "unreadable")
    browser.sign_in("Jo Clerk")
    return browser


def send(browser: Browser, office: Office, name: str, *fates: str) -> None:
    browser.sign_in(name)
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list(*fates)})
    browser.send(browser.path)
    work(browser)
    browser.sign_out()


def lines(browser: Browser, address: str) -> list[tuple[Any, ...]]:
    answer = browser.open(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["cache-control"] == "no-store"
    return list(load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))


def taken_away(browser: Browser, run: str) -> list[tuple[str, object, object]]:
    told = Trail(browser.site.desk.database).of_run(run, names=["list.exported"])
    return [(one.actor.name, one.facts["what"], one.facts["count"]) for one in told]


def test_rows_of_a_job_are_taken_away_as_the_page_shows_them(requester: Browser, office: Office) -> None:
    head, *found = lines(requester, "/jobs/1/rows/download")

    assert head == ("Row", "Case", "Outcome", "What happened", "When")
    assert [row[:3] for row in found] == [
        (2, f"••••{office.numbers[0][-4:]}", "Done"),
        (3, f"••••{office.numbers[1][-4:]}", "Needs you"),
        (4, f"••••{office.numbers[2][-4:]}", "Needs you"),
        (5, None, "Can't be used"),
    ]
    assert found[0][3] == "Moved."
    assert not any(number in str(found) for number in office.numbers)
    assert taken_away(requester, "job-1") == [("Jo Clerk", "list of rows", 4)]


def test_a_part_of_the_rows_is_taken_away_alone(requester: Browser) -> None:
    requester.open("/jobs/1?show=needs-you")
    assert 'href="/jobs/1/rows/download?show=needs-you"' in requester.page.text  # type: ignore[union-attr]

    assert [row[0] for row in lines(requester, "/jobs/1/rows/download?show=needs-you")[1:]] == [3, 4]


def test_what_a_person_did_with_a_row_is_in_the_list(requester: Browser) -> None:
    requester.open("/needs-you/2")
    requester.send("/needs-you/2", way="leave", note="see 9990003021")

    told = [row[2:4] for row in lines(requester, "/jobs/1/rows/download")[1:]]

    assert ("Left out", "Jo Clerk left this out: see ••••3021.") in told


def test_cases_that_need_somebody_are_taken_away_and_that_is_recorded(requester: Browser, office: Office) -> None:
    requester.open("/needs-you")
    assert 'href="/needs-you/download">Download this list' in requester.page.text  # type: ignore[union-attr]

    head, *found = lines(requester, "/needs-you/download?whose=mine&workflow=tidy")

    assert head[:4] == ("Case", "Ends in", "Work", "Job")
    assert [row[:4] for row in found] == [
        (number, f"••••{office.numbers[number - 1][-4:]}", "Move appointments", 1) for number in (2, 3)
    ]
    assert "No patient has this number." in found[0]
    assert taken_away(requester, SYSTEM_RUN) == [("Jo Clerk", "list of what needs a person", 2)]
    assert readings_in(requester.site.desk.database)[0].done == "took away"


def test_jobs_are_taken_away_and_as_no_patient_is_in_them_nothing_is_recorded(requester: Browser) -> None:
    requester.open("/jobs")
    assert 'href="/jobs/download">Download this list' in requester.page.text  # type: ignore[union-attr]

    head, (number, title, came, open_rows, cases, state, by, _), *others = lines(requester, "/jobs/download")

    assert head[0] == "Job"
    assert (number, title, came, open_rows, cases, state, by) == (
        1, "Move appointments", 4, 0, 2, "Needs you", "Jo Clerk",
    )  # fmt: skip
    assert others == []
    assert lines(requester, "/jobs/download?state=running")[1:] == []
    assert taken_away(requester, SYSTEM_RUN) == []


def test_nobody_takes_away_what_he_may_not_see(requester: Browser, office: Office) -> None:
    requester.sign_out()
    requester.add("Another Clerk", Role.REQUESTER, team="Pharmacy")
    requester.sign_in("Another Clerk")

    assert requester.open("/jobs/1/rows/download").status_code == 404
    assert lines(requester, "/jobs/download")[1:] == []
    assert lines(requester, "/needs-you/download")[1:] == []
    assert requester.open("/problems/download").status_code == 403


def test_the_digital_team_takes_causes_and_their_rows_away(requester: Browser, office: Office) -> None:
    requester.sign_out()
    requester.add("Tom Ops", Role.OPERATOR)
    requester.sign_in("Tom Ops")
    requester.open("/problems?kind=business")
    assert 'href="/problems/download?kind=business&amp;workflow="' in requester.page.text  # type: ignore[union-attr]

    _, cause = lines(requester, "/problems/download?kind=business&workflow=")
    _, *found = lines(requester, "/problems/tidy/business/NO_MATCH/rows/download")

    assert cause[:6] == ("No patient has this number.", "NO_MATCH", "Move appointments", "The data or a rule", 2, 1)
    assert lines(requester, "/problems/download?kind=system")[1:] == []
    assert [row[:3] for row in found] == [(number, f"••••{office.numbers[number - 1][-4:]}", 1) for number in (2, 3)]
    assert taken_away(requester, SYSTEM_RUN) == [("Tom Ops", "list of what needs a person", 2)]


def test_a_list_that_is_too_long_ends_at_the_limit_and_says_so(
    requester: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_files, "MOST_LINES", 3)

    *_, last = lines(requester, "/jobs/1/rows/download")
    whole = lines(requester, "/jobs/1/rows/download?show=needs-you")

    assert last[0] == "Only the first 3 lines are here. Narrow the list on its page to get the others."
    assert len(whole) == 3
    assert taken_away(requester, "job-1") == [("Jo Clerk", "list of rows", 3), ("Jo Clerk", "list of rows", 2)]


def test_a_long_list_is_read_a_part_at_a_time_and_whole(requester: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()
    read = Lists.failed

    def noted(lists: Lists, **named: Any) -> list[WorkItem]:
        asked.append(named["limit"])
        return read(lists, **named)

    monkeypatch.setattr(taking_lists, "AT_ONCE", 1)
    monkeypatch.setattr(Lists, "failed", noted)

    assert [row[0] for row in lines(requester, "/jobs/1/rows/download")[1:]] == [2, 3, 4, 5]
    assert [row[0] for row in lines(requester, "/needs-you/download")[1:]] == [2, 3]
    assert asked == [1, 1, 1]


def test_a_list_that_can_not_be_recorded_is_not_handed_out(requester: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(requester.site.desk.record, "append", refused)

    assert requester.open("/jobs/1/rows/download").status_code == 500
    assert "attachment" not in requester.page.headers.get("content-disposition", "")  # type: ignore[union-attr]


def test_no_cell_of_a_list_is_a_formula(requester: Browser, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Explanation('=HYPERLINK("http://evil.example","Look")', "+Fix it.")
    monkeypatch.setattr("rpa.console.rows.explain", lambda *_: told)

    answer = requester.open("/jobs/1/rows/download?show=needs-you")
    cell = load_workbook(io.BytesIO(answer.content)).worksheets[0]["D2"]

    assert str(cell.value).startswith("=HYPERLINK")
    assert cell.data_type == "s"
