"""Signing in with the trust's own account in a real browser: there and back between two sites, and how it looks."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from rpa.console.app import make_app, make_site
from rpa.db.console_tables import Role
from rpa.desk import open_desk
from rpa.secrets.environment import variable
from rpa.settings import load_settings
from tests.acceptance.console.conftest import BY, PASSWORD, Room
from tests.acceptance.console.test_console import found_wrong
from tests.integration.cli.office import make_office
from tests.listening import listening
from tests.provider import CLIENT, SECRET, FakeProvider, provider_served


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with provider_served(FakeProvider()) as served:
        yield served


@pytest.fixture
def trusting(chromium: Browser, fake: FakeProvider, tmp_path_factory: pytest.TempPathFactory,
             monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:  # fmt: skip
    """A console at 127.0.0.1 whose provider is at `localhost`: to a browser two sites."""
    monkeypatch.setenv(variable("oidc", "USERNAME"), CLIENT)
    monkeypatch.setenv(variable("oidc", "PASSWORD"), SECRET)
    office = make_office(tmp_path_factory.mktemp("trusting"))
    oidc = {"issuer": fake.issuer, "client_id": CLIENT, "break_glass": "Glass Admin"}
    with closing(open_desk(load_settings(office.data, oidc=oidc))) as desk:
        site = make_site(desk)
        glass = site.people.add("Glass Admin", [Role.ADMIN], by=BY)
        site.links.use(site.links.for_person(glass, by=BY), glass.name, PASSWORD)
        with listening(make_app(site)) as port:
            room = Room(f"http://127.0.0.1:{port}", office, site, chromium)
            yield room
            while room.contexts:
                room.contexts.pop().close()


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with your trust's account").click()
    page.get_by_role("link", name="Continue as Ann").click()


@pytest.mark.parametrize("script", [True, False])
def test_the_way_to_another_site_and_back_ends_signed_in(trusting: Room, script: bool) -> None:
    page = trusting.page(script=script)

    sign_in(page)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Ann Trust").first).to_be_visible()
    assert page.url == f"{trusting.address}/"


def test_no_page_of_the_sign_in_breaks_a_rule(trusting: Room, fake: FakeProvider) -> None:
    page = trusting.page()
    page.goto("/sign-in")
    wrong = found_wrong(page, "sign in with the trust's account")
    page.goto("/sign-in/finish?code=x&state=y")
    wrong += found_wrong(page, "sign-in did not finish")
    for roles in ([], ["Console.Operator", "Console.Auditor"]):
        fake.says = {"roles": roles}
        sign_in(page)
        expect(page.get_by_text("Your trust knows you as Ann Trust")).to_be_visible()
        wrong += found_wrong(page, f"with the roles {roles}")
    trusting.let_in(page, "Glass Admin")
    page.goto("/sign-in-test")
    wrong += found_wrong(page, "sign-in test")
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("link", name="Continue as Ann").click()
    expect(page.get_by_role("heading", name="The provider answered")).to_be_visible()
    wrong += found_wrong(page, "tested")

    assert not wrong


def test_no_page_of_the_sign_in_test_breaks_a_rule_without_a_provider(room: Room) -> None:
    page = room.page()
    room.let_in(page, "Ada Admin")
    page.goto("/sign-in-test")

    assert not found_wrong(page, "sign-in test, off")
