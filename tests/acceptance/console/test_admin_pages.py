"""The admins' pages in a real browser, empty, full and refused, at each width; and no patient on any of them."""

import pytest
from playwright.sync_api import Page, expect

from rpa.db.console_tables import Role
from tests.acceptance.console.conftest import BY, Room
from tests.acceptance.console.test_console import found_wrong, press, started, watched

ADDRESSES = ("/", "/people", "/people?words=nobody-is-called-so", "/people/new", "/people/signed-in", "/people/1",
             "/people/2", "/people/1/let-out", "/health", "/settings", "/practice")  # fmt: skip


@pytest.fixture
def admin(room: Room) -> Page:
    page = room.page()
    room.let_in(page, "Ada Admin")
    return page


def test_no_page_of_admins_breaks_a_rule_or_shows_a_patient(room: Room, admin: Page) -> None:
    wrong = watched(room, admin)
    started(room, room.page(name="Jo Clerk"), "fine", "nobody", "unreadable")
    room.work()

    for address in ADDRESSES:
        admin.goto(address)
        wrong += found_wrong(admin, address)
        shown = admin.content()
        wrong += [f"{address} shows a patient" for one in room.office.numbers if one in shown]
    assert not wrong


def test_refusals_of_admins_break_no_rule(room: Room, admin: Page) -> None:
    wrong = watched(room, admin)

    admin.goto("/people/new")
    press("Add")(admin)
    wrong += found_wrong(admin, "nobody to add")
    admin.goto("/people/1")
    admin.get_by_label("Requester").uncheck()
    admin.get_by_role("button", name="Save team and roles").click()
    expect(admin.get_by_role("alert").get_by_text("Choose one role at least")).to_be_visible()
    wrong += found_wrong(admin, "no role")

    assert not wrong


def test_a_person_is_let_out_with_the_keyboard_alone(room: Room, admin: Page) -> None:
    person = room.site.people.add("Leaving Clerk", [Role.REQUESTER], by=BY)
    admin.goto(f"/people/{person.id}")
    admin.get_by_role("button", name="Let Leaving Clerk out").focus()

    admin.keyboard.press("Enter")
    admin.get_by_role("button", name="Let Leaving Clerk out").focus()
    admin.keyboard.press("Enter")

    expect(admin.get_by_text("The person was let out")).to_be_visible()
    assert room.site.people.named("Leaving Clerk") is None
