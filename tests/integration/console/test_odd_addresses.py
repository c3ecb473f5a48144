"""Odd values in addresses and forms of every page, on each database: told to be wrong or not minded, never an error."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from rpa.console.app import PAGES
from rpa.db.console_tables import Role
from tests.integration.console.conftest import OURS, Browser, TestClient, client_of, filled_house
from tests.walk import House, Stop

ODD = ("a\0b", "\udc80", "-1", "job-1|\0|1", "%s{0}\r\nX: y")
LONG = ("9" * 5_000, "job-" + "1" * 5_000)
ASKED = ("after", "before", "show", "workflow", "whose", "state", "kind", "words", "role", "who", "by", "newer", "job",
         "since", "until", "system")  # fmt: skip
TYPED = (*ASKED, "why", "way", "voucher", "form", "reason", "name", "text", "what", "then", "team", "payloads", "at",
         "reference", "nhs-number", "note", "code", "was-team", "was-roles", "plan", "part", "open", "looked", "link",
         "doubtful", "digest", "days", "again", "passphrase", "password", "current", "vouching")  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path, database_url: str) -> Iterator[House]:
    folder = tmp_path / "house"
    folder.mkdir()
    with filled_house(folder, database_url=database_url) as made:
        yield made


def _all(names: tuple[str, ...], odd: str) -> str:
    return "&".join(f"{name}={quote(odd, errors='surrogateescape')}" for name in names)


def _asked(client: TestClient, house: House, stop: Stop, query: str) -> int:
    house.let_in(client.cookies, stop)
    return int(client.get(f"{stop.address}?{query}", follow_redirects=False).status_code)


def _part(client: TestClient, house: House, stop: Stop) -> int:
    """Ask for the same address with an odd word in the place of each that is no number."""
    house.let_in(client.cookies, stop)
    address = re.sub(r"\{[^}:]*:int\}", "1", stop.path)
    return int(client.get(re.sub(r"\{[^}]*\}", "a%00b", address), follow_redirects=False).status_code)


def _sent(client: TestClient, house: House, stop: Stop, odd: str) -> int:
    house.let_in(client.cookies, stop)
    session = house.site.sessions.find(client.cookies.get(house.site.cookie, ""))
    body = f"token={session.token if session is not None else ''}&{_all(TYPED, odd)}"
    headers = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
    return int(client.post(stop.address, content=body, headers=headers, follow_redirects=False).status_code)


def test_odd_values_are_no_error_of_ours_on_any_page(filled: House) -> None:
    client, wrong = client_of(filled.site), list[tuple[str, str]]()
    for stop in {one.path: one for one in filled.stops() if one.is_ours}.values():
        queries = [_all(ASKED, odd) for odd in ODD] + [_all(("after", "before"), odd) for odd in LONG]
        wrong += [(stop.path, query[:20]) for query in queries if _asked(client, filled, stop, query) >= 500]

        wrong += [(stop.path, "its own")] if _part(client, filled, stop) >= 500 else []

    assert not wrong


def test_odd_values_in_a_form_are_no_error_of_ours(filled: House) -> None:
    client, wrong = client_of(filled.site), list[tuple[str, str]]()
    for stop in {one.path: one for one in filled.stops() if PAGES[one.path].take is not None}.values():
        wrong += [(stop.path, odd[:9]) for odd in (*ODD, *LONG) if _sent(client, filled, stop, odd) >= 500]

    assert not wrong


def test_a_sign_that_no_database_keeps_is_left_out_of_what_was_typed(on_each_database: Browser) -> None:
    browser = on_each_database
    browser.add("Ada Admin", Role.ADMIN)
    browser.sign_in("Ada Admin")
    browser.open("/people/new")

    browser.send("/people/new", name="Jo\0 Clerk", team="Book\0ings", role="requester")

    assert browser.status == 200
    assert [one.team for one in browser.site.people.all() if one.name == "Jo Clerk"] == ["Bookings"]
