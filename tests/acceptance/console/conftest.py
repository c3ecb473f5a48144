"""The console as people meet it: a real server, a real browser, and a clerk who has sent a spreadsheet."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from rpa.connectors.browser.finder import find_browser
from rpa.console.app import make_site
from rpa.console.visit import Site
from rpa.db.console_tables import Role, Stage
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings
from rpa.states import ItemState
from tests.integration.cli.office import Office, make_office

BY = Actor(ActorKind.PERSON, "test")
PASSWORD = "correct horse battery"
FATES = ("fine", "nobody", "unreadable", "fine", "fine", "nobody", "fine", "unreadable")

DATED = '''"""Writes letters."""

from datetime import date

from rpa import Item, Row, column, workflow


class Letter(Row):
    reference: str = column("Reference")
    born: date = column("Date of birth")
    seen: date | None = column("Seen on", default=None)


@workflow(title="Write letters", key="reference")
def letters(item: Item[Letter]) -> str:
    """Write a letter to each patient."""
    return "written"
'''
"""A work whose form asks for dates."""


@dataclass
class Room:
    """A console that is served, its office, and how to sign in."""

    address: str
    office: Office
    site: Site
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        """The installation."""
        return self.site.desk

    def let_in(self, page: Page, name: str, stage: Stage = Stage.IN) -> None:
        """Let a browser be signed in as somebody, without password and code; as nobody if no name is given."""
        page.context.clear_cookies()
        found = self.site.people.named(name)
        if found is not None:
            session = self.site.sessions.begin(found[0], stage)
            page.context.add_cookies([{"name": self.site.cookie, "value": session.id, "url": self.address}])

    def page(self, *, name: str = "", width: int = 1280, script: bool = True, **options: object) -> Page:
        """Open a browser of its own; signed in as somebody if a name is given."""
        context = self.browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 900}, java_script_enabled=script,
            **options,  # type: ignore[arg-type]
        )  # fmt: skip
        self.contexts.append(context)
        page = context.new_page()
        if name:
            page.goto("/sign-in")
            page.get_by_label("Name").fill(name)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            with page.expect_navigation():
                page.get_by_role("button", name="Sign in").click()
        return page

    def work(self, *, most: int = 1_000) -> None:
        """Do what waits, up to so many items."""
        crew, left = self.desk.crew(), [most]

        def is_over() -> bool:
            left[0] -= 1
            return left[0] < 0 or self.desk.nothing_waits()

        with closing(crew):
            self.desk.worker(crew).run_alone(self.desk.me, until=is_over)

    def send(self, page: Page, path: Path) -> None:
        """Send a spreadsheet, as far as the page that checks it."""
        page.goto("/start/tidy")
        page.locator("input[type=file]").set_input_files(path)
        with page.expect_navigation():
            page.get_by_role("button", name="Check the spreadsheet").click()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = find_browser(None, bundled=playwright.chromium.executable_path)
        # Only pages of ours are opened, so that the sandbox may be missing where the account is root.
        started = playwright.chromium.launch(executable_path=program, chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    office = make_office(tmp_path_factory.mktemp("console"))
    (office.folder / "procedures" / "letters.py").write_text(DATED, encoding="utf-8")
    settings = load_settings(office.data)
    with closing(open_desk(settings)) as desk:
        site = make_site(desk)
        for name, role in (("Jo Clerk", Role.REQUESTER), ("Ada Admin", Role.ADMIN), ("Audrey Auditor", Role.AUDITOR)):
            person = site.people.add(name, [role], by=BY, team="Bookings")
            site.links.use(site.links.for_person(person, by=BY), name, PASSWORD)
        with _served(office) as at:
            yield Room(at, office, site, chromium)


@contextmanager
def _served(office: Office) -> Iterator[str]:
    """Serve the console of an office in a process of its own, and return its address."""
    command = [sys.executable, "-m", "rpa.cli", "console", "--port", "0", "--with-parent", "--dir", str(office.data)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield str(json.loads(process.stdout.readline())["address"])
    process.communicate()


@pytest.fixture
def room(served: Room) -> Iterator[Room]:
    yield served
    while served.contexts:
        served.contexts.pop().close()
    unfinished = [ItemState.PENDING, ItemState.FAILED]
    left = {item.id for job in served.desk.views.jobs() for item in served.desk.views.items(job.id, states=unfinished)}
    served.desk.queue.cancel(left, by=BY, why="the next test has the same rows")
