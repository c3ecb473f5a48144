"""The console on an office of its own, asked by a test client that stands in for browsers."""

import re
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pyotp
import pytest

from rpa.clock import SystemClock
from rpa.console import passwords
from rpa.console.app import make_app, make_site
from rpa.console.visit import Site
from rpa.db.console_tables import Role
from rpa.desk import open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings
from tests.conftest import HandClock
from tests.integration.cli.office import Office, make_office
from tests.walk import House, fill, procedures

with warnings.catch_warnings():  # it would rather have another client than the one that the library has
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient as TestClient

ADDRESS = "http://127.0.0.1:8000"
OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "correct horse battery"
ADMIN = Actor(ActorKind.PERSON, "The first admin")


@dataclass
class Browser:
    """What a person's browser does: keeps the cookie, and sends the forms of the page it shows."""

    site: Site
    client: TestClient
    clock: HandClock
    page: httpx.Response | None = None
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        assert self.page is not None
        return " ".join(re.sub(r"<[^>]*>", " ", self.page.text).split())

    @property
    def status(self) -> int:
        assert self.page is not None
        return self.page.status_code

    @property
    def path(self) -> str:
        assert self.page is not None
        return self.page.url.path

    def open(self, path: str) -> httpx.Response:
        self.page = self.client.get(path)
        return self.page

    def token(self) -> str:
        assert self.page is not None
        found = re.search(r'name="token" value="([^"]*)"', self.page.text)
        return found[1] if found else ""

    def send(self, path: str, typed: Mapping[str, str] | None = None, /, *, files: dict[str, Path] | None = None,
             **values: object) -> httpx.Response:  # fmt: skip
        data = {"token": self.token(), **(typed or {}), **values}
        sent = {name: (one.name, one.read_bytes()) for name, one in (files or {}).items()}
        self.page = self.client.post(path, data=data, files=sent or None, headers=OURS)
        return self.page

    def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        """Sign in, with one-time codes where they are asked for."""
        self.open("/sign-in")
        answer = self.send("/sign-in", name=name, password=password)
        if self.path == "/sign-in/set-up-codes":
            found = re.search(r'id="secret">([^<]*)<', answer.text)
            assert found
            self.secrets[name] = found[1].replace(" ", "")
        if self.path.startswith("/sign-in/"):
            answer = self.send(self.path, code=self.code(name))
        return answer

    def code(self, name: str) -> str:
        self.clock.pass_by(seconds=31)
        return pyotp.TOTP(self.secrets[name]).at(self.clock.time)

    def sign_out(self) -> httpx.Response:
        return self.send("/sign-out")

    def add(self, name: str, *roles: Role, team: str | None = None) -> None:
        person = self.site.people.add(name, roles, by=ADMIN, team=team)
        self.site.links.use(self.site.links.for_person(person, by=ADMIN), name, PASSWORD)

    def another(self) -> "Browser":
        return Browser(self.site, client_of(self.site), self.clock, secrets=self.secrets)


def client_of(site: Site) -> TestClient:
    return TestClient(make_app(site), base_url=ADDRESS, raise_server_exceptions=False)


def opened_site(office: Office, clock: HandClock, url: str | None = None) -> Iterator[Browser]:
    given = {} if url is None else {"database_url": url}
    with closing(open_desk(load_settings(office.data, **given), clock)) as desk:
        site = make_site(desk)
        yield Browser(site, client_of(site), clock)


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little memory; what it costs otherwise is tested where it matters."""
    monkeypatch.setattr(passwords, "_MEMORY", 64)
    monkeypatch.setattr(passwords, "_PASSES", 1)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data with a database that nobody has used: to make one takes longer than most tests."""
    office = make_office(tmp_path_factory.mktemp("empty"))
    open_desk(load_settings(office.data)).close()
    return office.data


@pytest.fixture
def office(tmp_path: Path, empty: Path) -> Office:
    made = make_office(tmp_path)
    shutil.copytree(empty, made.data, dirs_exist_ok=True, ignore=shutil.ignore_patterns("rpa.toml"))
    return made


@pytest.fixture
def browser(office: Office, clock: HandClock) -> Iterator[Browser]:
    """A browser that nobody has signed in with yet, on an office with SQLite."""
    yield from opened_site(office, clock)


@pytest.fixture
def on_each_database(office: Office, clock: HandClock, database_url: str) -> Iterator[Browser]:
    """The same on each database in turn."""
    yield from opened_site(office, clock, database_url)


@contextmanager
def filled_house(folder: Path, **given: str) -> Iterator[House]:
    """An office in which everything has happened once."""
    office = make_office(folder)
    procedures(office)
    with pytest.MonkeyPatch.context() as quick, closing(open_desk(load_settings(office.data, **given))) as desk:
        quick.setattr(passwords, "_MEMORY", 64)
        yield fill(make_site(desk), office, SystemClock())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with filled_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def client(house: House) -> TestClient:
    return client_of(house.site)


def work(browser: Browser) -> None:
    """Do what waits, as a worker would."""
    desk = browser.site.desk
    crew = desk.crew()
    with closing(crew):
        desk.worker(crew).run_alone(desk.me, until=desk.nothing_waits)
