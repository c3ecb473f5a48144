"""Home hands out the results of what was finished last."""

import pytest

from rpa.db.console_tables import Role
from rpa.runpage.words import counted
from rpa.standing import standing_of
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


def test_results_of_finished_jobs_are_fetched_from_home(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("fine")})
    browser.send(browser.path)
    running = browser.open("/").text
    work(browser)

    finished = browser.open("/").text

    assert "/jobs/1/results" not in running
    assert 'href="/jobs/1/results">Download' in finished
    assert browser.open("/jobs/1/results").headers["content-disposition"].startswith("attachment")


def test_auditors_are_shown_first_whether_the_record_is_whole(browser: Browser) -> None:
    browser.add("Audrey Auditor", Role.AUDITOR)
    browser.sign_in("Audrey Auditor")

    browser.open("/")

    assert "Nobody has checked yet whether the record is as it was written." in browser.text
    assert 'href="/record/checks"' in browser.page.text  # type: ignore[union-attr]


def test_admins_are_shown_first_whether_all_is_well(browser: Browser) -> None:
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")

    to_do = sum(not one.ok for one in standing_of(browser.site.desk))
    browser.open("/")

    assert to_do, "no worker runs in this test, which is something to do"
    assert f"{counted(to_do, 'part needs', 'parts need')} somebody" in browser.text


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (Role.REQUESTER, "How do I start work?"),
        (Role.OPERATOR, "Why do rows fail?"),
        (Role.APPROVER, "How do I approve a plan?"),
        (Role.AUDITOR, "Who changed a patient's field?"),
        (Role.ADMIN, "What if a phone is lost?"),
    ],
)
def test_help_answers_what_each_role_asks_first(browser: Browser, role: Role, said: str) -> None:
    browser.add("Kim", role)
    browser.sign_in("Kim")

    browser.open("/help")

    assert said in browser.text
    assert ("How do I start work?" in browser.text) == (role in (Role.REQUESTER, Role.OPERATOR))
