"""Home hands out the results of what was finished last."""

from rpa.db.console_tables import Role
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
