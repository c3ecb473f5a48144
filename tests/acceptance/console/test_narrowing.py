"""Lists that a person narrows, empty and full, in a browser: with the keyboard alone, and no rule broken."""

from playwright.sync_api import expect

from tests.acceptance.console.conftest import Room
from tests.acceptance.console.test_console import found_wrong, started, watched


def test_lists_break_no_rule_whatever_they_are_narrowed_to(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    wrong = watched(room, page)
    started(room, page, "nobody", "fine")
    room.work()

    for address in ("/needs-you", "/needs-you?workflow=none", "/jobs", "/jobs?state=running", "/jobs?state=ended"):
        page.goto(room.address + address)
        wrong += found_wrong(page, address)

    assert not wrong


def test_a_list_is_narrowed_with_the_keyboard_alone(room: Room) -> None:
    page = room.page(name="Jo Clerk")
    started(room, page, "nobody")
    room.work()
    page.goto(room.address + "/needs-you")

    page.get_by_label("Whose").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{room.address}/needs-you?whose=mine&workflow=")
    expect(page.get_by_label("Whose")).to_have_value("mine")
    expect(page.get_by_role("link", name="Case").first).to_be_visible()
