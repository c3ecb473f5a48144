"""Every page of the console, filled: each shows itself, none repeats markup as markup, and none is large."""

import pytest

from benchmarks.console.weighing import MOST, weighed
from rpa.console.app import PAGES
from tests.integration.console.conftest import TestClient
from tests.walk import MARKUP, House

OF_A_PROVIDER = {"/sign-in/provider", "/sign-in/finish", "/sign-in-test/try"}
"""What there is only where the trust's own sign-in is set up; `test_provider` walks through these."""


def test_every_page_shows_itself_when_it_is_filled(house: House, client: TestClient) -> None:
    wrong = []
    for stop in house.stops():
        house.let_in(client.cookies, stop)
        answer = client.get(stop.address, follow_redirects=False)
        if answer.status_code != (404 if stop.path in OF_A_PROVIDER else 200):
            wrong.append((stop.path, stop.address, stop.name, answer.status_code))

    assert not wrong


def test_every_address_is_walked(house: House) -> None:
    assert {one.path for one in house.stops()} == {path for path, page in PAGES.items() if page.show}


def test_markup_is_shown_on_pages_and_run_on_none(house: House, client: TestClient) -> None:
    raw, shown = [], set()
    for stop in (one for one in house.stops() if one.is_ours):
        house.let_in(client.cookies, stop)
        answer = client.get(stop.address)
        if "text/html" in answer.headers["content-type"]:
            raw += [stop.path] if MARKUP in answer.text or "<script>" in answer.text else []
            shown |= {stop.path} if "&lt;script&gt;document.title=" in answer.text else set()

    assert not raw
    assert {"/jobs", "/people", "/uploads/{upload:int}", "/needs-you/{item:int}", "/runs/{item:int}"} <= shown


def test_every_page_with_all_it_loads_is_small_on_the_wire(house: House) -> None:
    assert {path: weight for path, weight in weighed(house) if weight >= MOST} == {}


def test_a_page_of_which_nothing_is_known_is_not_walked_in_silence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES, "/new/{thing:int}", PAGES["/help"])

    with pytest.raises(KeyError, match="thing"):
        list(house.stops())
