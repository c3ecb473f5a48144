"""The digital team's pages in a real browser, empty, full and refused, at each width."""

import pytest
from playwright.sync_api import Page, expect

from rpa.db.console_tables import Role
from tests.acceptance.console.conftest import BY, PASSWORD, Room
from tests.acceptance.console.test_console import found_wrong, press, started, watched

EMPTY = ("/now", "/problems", "/workers", "/systems", "/schedules", "/figures", "/problems/tidy/business/NOTHING",
         "/problems/tidy/business/NOTHING/retry")  # fmt: skip
CAUSE = "/problems/tidy/business/NO_MATCH"


@pytest.fixture
def operator(room: Room) -> Page:
    name = "Opal Operator"
    if room.site.people.named(name) is None:
        person = room.site.people.add(name, [Role.OPERATOR], by=BY)
        room.site.links.use(room.site.links.for_person(person, by=BY), name, PASSWORD)
    page = room.page()
    room.let_in(page, name)
    return page


def test_no_page_of_the_digital_team_breaks_a_rule(room: Room, operator: Page) -> None:
    wrong = watched(room, operator)
    for address in EMPTY:
        operator.goto(address)
        wrong += found_wrong(operator, f"empty {address}")

    job = started(room, room.page(name="Jo Clerk"), "fine", "nobody", "nobody")
    room.work()
    items = {one.state: one.id for one in room.desk.views.items(job)}
    runs = [f"/runs/{one}" for one in items.values()]
    for address in ("/", "/now", "/problems", CAUSE, f"{CAUSE}/retry", *runs, f"{runs[0]}?show=errors", "/workflows",
                    "/workflows/tidy", "/figures", "/nowhere"):  # fmt: skip
        operator.goto(address)
        wrong += found_wrong(operator, f"full {address}")
    operator.goto(f"{CAUSE}/retry")
    press("Retry")(operator)
    wrong += found_wrong(operator, "retry without a reason")

    assert not wrong


def test_all_rows_of_a_problem_are_retried_with_the_keyboard_alone(room: Room, operator: Page) -> None:
    job = started(room, room.page(name="Jo Clerk"), "fine", "nobody", "nobody")
    room.work()

    operator.goto(f"{CAUSE}/retry")
    operator.get_by_label("Why can they be tried again?").focus()
    operator.keyboard.type("the list was put right")
    operator.keyboard.press("Tab")
    operator.keyboard.press("Enter")

    expect(operator.get_by_text("The rows are back in the queue.")).to_be_visible()
    assert room.desk.views.totals(job).failed == 0
