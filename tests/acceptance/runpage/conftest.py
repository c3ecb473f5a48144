"""Run pages of real jobs, opened in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from rpa.cli import run
from rpa.connectors.browser.finder import find_browser
from tests.integration.cli.office import Office, make_office

FATES = ("fine", "nobody", "fine", "unreadable", "faulty", "nobody", "fine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        bundled = playwright.chromium.executable_path
        # Only files that these tests wrote are opened, so that the sandbox may be missing where the account is root.
        started = playwright.chromium.launch(
            executable_path=find_browser(None, bundled=bundled), chromium_sandbox=False
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office whose first job is completed, whose second is a dry run and whose third has not been begun."""
    made = make_office(tmp_path_factory.mktemp("office"))
    command(made, "submit", "tidy", str(made.list(*FATES)), "--by", "Jo <i>Clerk</i>")
    command(made, "work", "--until-idle")
    command(made, "submit", "tidy", str(made.list(*["unreadable"] * 9, "fine")), "--dry-run")
    command(made, "work", "--until-idle")
    command(made, "submit", "tidy", str(made.list("fine", "fine")), "--again")
    command(made, "page", "3")
    return made


def command(office: Office, *arguments: str) -> None:
    run([*arguments, "--dir", str(office.data)])


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, office: Office) -> Iterator[Opened]:
    """Open the run page of a job: `opened(1, width=320, dark=True, script=False)`."""
    contexts: list[BrowserContext] = []

    def open_page(job_id: int, *, width: int = 1280, dark: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto((office.data / "runs" / f"job-{job_id}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
