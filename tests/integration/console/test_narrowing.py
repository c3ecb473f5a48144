"""Lists are narrowed by what stands in the address: whose, of which work, and how it stands; a page at a time."""

import re

import pytest

from rpa.console import job_list, needing
from rpa.db.console_tables import Role
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


@pytest.fixture
def team(browser: Browser, office: Office) -> Browser:
    """The browser of Jo, who has sent job 1 with the cases 1 and 2; Kim of the same team has sent job 2 with case 3."""
    for name, fates in (("Jo Clerk", ["nobody", "nobody"]), ("Kim Clerk", ["unreadable", "unreadable", "nobody"])):
        browser.add(name, Role.REQUESTER, team="Bookings")
        browser.sign_in(name)
        browser.open("/start/tidy")
        browser.send("/start/tidy", files={"sheet": office.list(*fates)})
        browser.send(browser.path)
        work(browser)
        browser.sign_out()
    browser.sign_in("Jo Clerk")
    return browser


def cases(browser: Browser, address: str) -> list[int]:
    return [int(one) for one in re.findall(r'href="/needs-you/(\d+)"', browser.open(address).text)]


def jobs(browser: Browser, address: str) -> list[int]:
    return [int(one) for one in re.findall(r'href="/jobs/(\d+)"', browser.open(address).text)]


def test_cases_are_ones_own_or_those_of_the_team(team: Browser) -> None:
    assert cases(team, "/needs-you") == [1, 2, 3]
    assert cases(team, "/needs-you?whose=mine") == [1, 2]
    assert '<option value="mine" selected>' in team.page.text  # type: ignore[union-attr]


def test_cases_are_those_of_one_work(team: Browser) -> None:
    assert cases(team, "/needs-you?workflow=tidy") == [1, 2, 3]
    assert cases(team, "/needs-you?workflow=other") == []
    assert "Nothing of this needs you." in team.text


def test_later_cases_are_on_the_next_page_and_the_filter_stays(team: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needing, "PAGE", 1)

    assert cases(team, "/needs-you?whose=mine") == [1]
    assert 'href="/needs-you?whose=mine&amp;after=1">Later cases' in team.page.text  # type: ignore[union-attr]
    assert cases(team, "/needs-you?whose=mine&after=1") == [2]
    assert "Later cases" not in team.text
    assert 'href="/needs-you?whose=mine">Oldest cases' in team.page.text  # type: ignore[union-attr]


def test_jobs_are_narrowed_by_whose_they_are_and_whether_they_run(team: Browser) -> None:
    found = [jobs(team, f"/jobs?{asked}") for asked in ("whose=mine", "state=running", "state=ended", "workflow=other")]

    assert [set(one) for one in found] == [{1}, set(), {1, 2}, set()]
    assert "There are no such jobs." in team.text


def test_older_jobs_are_on_the_next_page_and_the_filter_stays(team: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_list, "PAGE", 1)

    assert set(jobs(team, "/jobs?state=ended")) == {2}
    assert 'href="/jobs?state=ended&amp;before=2">Older jobs' in team.page.text  # type: ignore[union-attr]
    assert set(jobs(team, "/jobs?state=ended&before=2")) == {1}
    assert 'href="/jobs?state=ended">Newest jobs' in team.page.text  # type: ignore[union-attr]


def test_no_filter_shows_more_than_a_person_sees(team: Browser) -> None:
    team.add("Sam Stranger", Role.REQUESTER)
    stranger = team.another()
    stranger.sign_in("Sam Stranger")

    seen = [each for whose in ("", "team", "mine", "all") for each in cases(stranger, f"/needs-you?whose={whose}")]
    seen += [each for whose in ("", "team", "mine", "all") for each in jobs(stranger, f"/jobs?whose={whose}")]

    assert seen == []


def test_who_looks_after_everything_sees_everybodys_or_his_own(team: Browser) -> None:
    team.add("Olive Operator", Role.OPERATOR)
    operator = team.another()
    operator.sign_in("Olive Operator")

    assert cases(operator, "/needs-you") == [1, 2, 3]
    assert cases(operator, "/needs-you?whose=mine") == []
    assert "Everybody" in operator.text


def test_when_nothing_needs_anybody_the_page_says_what_runs(team: Browser, office: Office) -> None:
    team.add("Lee Late", Role.REQUESTER)
    late = team.another()
    late.sign_in("Lee Late")
    late.open("/start/tidy")
    late.send("/start/tidy", files={"sheet": office.list("fine", "fine", "fine")})
    late.send(late.path)

    late.open("/needs-you")

    assert "Nothing needs you. 1 job is running." in late.text
