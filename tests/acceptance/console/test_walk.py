"""Every page of the console in a real browser: forced colours, large text, no JavaScript, and markup in all of it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page

from rpa.clock import SystemClock
from rpa.console.app import make_site
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.acceptance.console.conftest import Room, _served
from tests.acceptance.console.test_console import watched
from tests.integration.cli.office import make_office
from tests.walk import House, Stop, fill, procedures

_CUT = "document.documentElement.scrollWidth > window.innerWidth"
_UNSEEN = """[...document.querySelectorAll('main :is(a, button, th, td, label, h1, h2)')].filter(one =>
    one.checkVisibility() && one.textContent.trim() &&
    getComputedStyle(one).color === getComputedStyle(document.body).backgroundColor).length"""
"""How many texts have the colour of the page itself."""


@pytest.fixture(scope="module")
def lived_in(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Room]]:
    office = make_office(tmp_path_factory.mktemp("house"))
    procedures(office)
    with closing(open_desk(load_settings(office.data))) as desk:
        house = fill(make_site(desk), office, SystemClock())
        with _served(office) as at:
            yield house, Room(at, office, house.site, chromium)


def visited(house: House, room: Room, page: Page) -> Iterator[Stop]:
    """Open every page as whoever may see it."""
    for stop in (one for one in house.stops() if one.is_page):
        room.let_in(page, stop.name, stop.stage)
        page.goto(stop.address)
        yield stop


def test_no_page_runs_what_it_shows_or_asks_elsewhere_or_hides_text_in_forced_colours(
    lived_in: tuple[House, Room],
) -> None:
    house, room = lived_in
    page = room.page(width=320, forced_colors="active", reduced_motion="reduce")
    wrong = watched(room, page)

    for stop in visited(house, room, page):
        wrong += [f"{stop.path}: {page.title()}"] if "taken over" in page.title()[:10] else []
        wrong += [f"{stop.path} hides text"] if page.evaluate(_UNSEEN) else []

    assert not wrong


@pytest.mark.parametrize(("width", "letters"), [(320, 16), (1280, 32)], ids=["narrow", "text of twice the size"])
def test_no_page_is_cut_off(lived_in: tuple[House, Room], width: int, letters: int) -> None:
    house, room = lived_in
    page = room.page(width=width)
    # As somebody sets it in the browser, so that the page is laid out for it.
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": letters}})
    wrong, sizes = [], set()

    for stop in visited(house, room, page):
        wrong += [stop.path] if page.evaluate(_CUT) else []
        sizes.add(page.evaluate("getComputedStyle(document.documentElement).fontSize"))

    assert not wrong
    assert sizes == {f"{letters}px"}


def test_every_page_says_what_it_is_without_javascript(lived_in: tuple[House, Room]) -> None:
    house, room = lived_in
    page = room.page(script=False)

    silent = [stop.path for stop in visited(house, room, page) if not page.locator("main h1").first.is_visible()]

    assert not silent
