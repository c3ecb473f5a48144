"""Who was refused what stands in the log, without anything that tells of a patient or lets somebody in."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from loguru import logger

from rpa.console.api.table import BASE
from rpa.console.refusals import Refusals
from rpa.db.console_tables import Role
from tests.integration.console.conftest import OURS, Browser, client_of


@pytest.fixture
def said() -> Iterator[list[str]]:
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line).strip()), format="{message}", level="WARNING")
    yield lines
    logger.remove(sink)


def test_a_page_that_is_not_for_somebody_is_logged(browser: Browser, said: list[str]) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    browser.open("/people/7")
    browser.open("/jobs/4711")

    assert said == [
        "the console refused GET /people/{person:int} to person 1: the page is not for these roles",
        "the console refused GET /jobs/{job:int} to person 1: there is none, or none for this person",
    ]


def test_strangers_can_not_fill_the_log(browser: Browser, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rpa.console.refusals.MOST", 3)
    stranger = client_of(replace(browser.site, refusals=Refusals(browser.clock)))
    for _ in range(4):
        stranger.post("/start", data={}, headers={"Sec-Fetch-Site": "cross-site"})
        stranger.get(f"{BASE}/jobs")
    within_a_minute = list(said)
    browser.clock.pass_by(seconds=61)
    stranger.get(f"{BASE}/jobs")

    assert within_a_minute[3:] == ["strangers are refused more often than the log tells of"]
    assert said[4:] == ["the api refused GET /jobs to nobody: the token is missing or does not hold"]


def test_a_form_that_may_be_forged_is_logged(browser: Browser, said: list[str]) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")

    browser.client.post("/start", data={"token": "forged"}, headers=OURS)
    browser.client.post("/start", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    browser.another().client.post("/start", data={}, headers=OURS)

    assert said == [
        "the console refused POST /start to person 1: the form bears no token of the session",
        "the console refused a request: it comes from elsewhere",
        "the console refused POST /start to nobody: nobody is signed in",
    ]


def test_a_token_that_does_not_hold_or_may_not_is_logged(browser: Browser, said: list[str]) -> None:
    browser.add("Jo Clerk", Role.REQUESTER)
    person = browser.site.people.all()[0]
    secret = browser.site.tokens.make(person, Role.REQUESTER, "pharmacy", days=1, by=person.actor)

    browser.client.get(f"{BASE}/jobs", headers={"Authorization": "Bearer canary"})
    browser.client.get(f"{BASE}/systems", headers={"Authorization": f"Bearer {secret}"})

    assert said == [
        "the api refused GET /jobs to nobody: the token is missing or does not hold",
        "the api refused GET /systems to token 1: it acts as requester",
    ]
    assert not any(word in line for line in said for word in ("canary", secret))
