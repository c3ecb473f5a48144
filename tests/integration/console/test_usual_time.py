"""Start work says how long a work usually takes, once it was done often enough to tell."""

from rpa.db.console_tables import Role
from rpa.pace import LEAST
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work


def test_how_long_a_work_usually_takes_is_told_once_it_was_done(browser: Browser, office: Office) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/start")
    assert "100 rows" not in browser.text

    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list(*["fine"] * LEAST)})
    browser.send(browser.path)
    work(browser)
    browser.open("/start")

    assert "Move appointments to the new clinic. 100 rows usually take about 1 minute." in browser.text
    browser.send("/start")
    assert browser.status == 422
    assert "100 rows usually take about 1 minute." in browser.text
