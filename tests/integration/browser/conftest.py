"""One warm browser a module (Playwright allows one at a time in a thread), and a fresh site and session for each."""

from collections.abc import Iterator
from itertools import count

import pytest

from rpa.connectors.browser import Browser, BrowserSettings, Session
from tests.integration.browser.site import Site

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings(timeout=10)) as warm:
        yield warm


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()
    yield here
    here.close()


@pytest.fixture
def foreign() -> Iterator[Site]:
    there = Site()
    yield there
    there.close()


@pytest.fixture
def session(browser: Browser, site: Site) -> Iterator[Session]:
    fresh = browser.session(f"system-{next(_NUMBERS)}", origins=[site.address])
    yield fresh
    fresh.sign_out()
