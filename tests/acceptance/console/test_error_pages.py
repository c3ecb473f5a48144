"""What a person sees when something is refused or goes wrong: each page in a real browser, in plain words."""

from collections.abc import Callable, Mapping
from contextlib import closing

import pytest
from playwright.sync_api import APIResponse, Page, expect

from rpa.console import door
from rpa.exceptions import RpaError
from tests.acceptance.console.conftest import Room
from tests.acceptance.console.test_console import found_wrong, watched
from tests.integration.console.conftest import client_of

OURS = {"Sec-Fetch-Site": "same-origin"}


def shown_again(room: Room, page: Page, html: str, status: int) -> None:
    """Show an answer as the page of an address, styled and with the scripts of the console."""
    address = f"{room.address}/what-was-answered"
    page.route(address, lambda route: route.fulfill(status=status, body=html, content_type="text/html; charset=utf-8"))
    page.goto(address)
    page.unroute(address)


def answers(room: Room, page: Page) -> Mapping[int | str, Callable[[], APIResponse]]:
    ask = page.context.request
    at = room.address

    def guess() -> APIResponse:
        for _ in range(6):
            found = ask.post(f"{at}/sign-in", form={"name": "Guessed", "password": "x"}, headers=OURS)
        return found

    return {
        404: lambda: ask.get(f"{at}/jobs/999999"),
        405: lambda: ask.get(f"{at}/sign-out"),
        "403": lambda: ask.get(f"{at}/people"),
        "stale": lambda: ask.post(f"{at}/start", form={"workflow": "tidy"}, headers=OURS),
        "elsewhere": lambda: ask.post(f"{at}/start", headers={"Sec-Fetch-Site": "cross-site"}),
        429: guess,
    }


WORDS: Mapping[int | str, str] = {
    404: "We can't find that job",
    405: "We can't do that here",
    "403": "You can't see this page",
    "stale": "This page was open too long",
    "elsewhere": "This did not come from a page of ours",
    429: "There were too many tries for this name",
}


def test_every_refusal_says_what_to_do_and_breaks_no_rule(room: Room) -> None:
    page = room.page()
    wrong = watched(room, page)
    for name in WORDS:
        room.let_in(page, "" if name == 429 else "Jo Clerk")
        answer = answers(room, page)[name]()
        assert answer.status == (name if isinstance(name, int) else 403)

        shown_again(room, page, answer.text(), answer.status)

        expect(page.get_by_text(WORDS[name]).first).to_be_visible()
        wrong += found_wrong(page, str(name))
    assert not wrong


def test_an_error_of_ours_is_told_in_words_with_its_reference(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise RpaError("Mrs Invented-Name")

    monkeypatch.setattr(type(room.site.sessions), "find", break_down)
    page = room.page()
    wrong = watched(room, page)
    with closing(client_of(room.site)) as client:
        answer = client.get("/jobs")

    shown_again(room, page, answer.text, answer.status_code)

    assert answer.status_code == 500
    expect(page.get_by_text("Nothing was lost. Reference")).to_be_visible()
    assert "Invented" not in answer.text
    assert not wrong + found_wrong(page, "500")


def test_too_many_pages_at_once_are_told_in_words(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MOST_PAGES", 0)
    page = room.page(name="Jo Clerk")
    wrong = watched(room, page)
    cookies = {one["name"]: one["value"] for one in page.context.cookies() if "name" in one and "value" in one}
    with closing(client_of(room.site)) as client:
        client.cookies.update(cookies)
        answer = client.get("/jobs")

    shown_again(room, page, answer.text, answer.status_code)

    assert answer.status_code == 429
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many pages at once")
    assert not wrong + found_wrong(page, "too many")
