"""Plans in a real browser: looked at, decided and carried out, on any screen and without JavaScript."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from rpa.console.app import make_site
from rpa.db.console_tables import Role
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.acceptance.console.conftest import BY, Room, _served
from tests.acceptance.console.keyboard import Keyboard
from tests.acceptance.console.test_console import found_wrong, press, watched
from tests.integration.cli.office import make_office
from tests.integration.cli.test_approving import DISCHARGE, WORDS

Step = tuple[str, Callable[[Page], object]]


@pytest.fixture
def plan_room(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A console with a work that needs a second person, Jo Clerk who asks and Ann Second who decides."""
    office = make_office(tmp_path_factory.mktemp("plans"))
    (office.folder / "procedures" / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    with closing(open_desk(load_settings(office.data))) as desk:
        site = make_site(desk)
        site.people.add("Jo Clerk", [Role.REQUESTER], by=BY)
        site.people.add("Ann Second", [Role.APPROVER], by=BY)
        site.people.add("Cy Third", [Role.APPROVER], by=BY)
        desk.approvals.approvers.add("Ann Second", WORDS, by=BY)
        with _served(office) as at:
            room = Room(at, office, site, chromium)
            yield room
            for one in room.contexts:
                one.close()


def planned(room: Room, *, rows: int, number: int) -> int:
    """Plan to discharge so many, and return the number of the plan."""
    path = room.office.list(*["x"] * rows, name=f"plan {number}.csv")
    made = room.desk.submit("discharge", [str(path)], by=BY, dry_run=True, again=True).job.id
    room.work()
    return made


def steps(room: Room, first: int, second: int) -> list[Step]:
    """Return the approver's pages in their states, each with how to come there."""

    def press(name: str) -> Callable[[Page], object]:
        return lambda page: page.get_by_role("button", name=name, exact=True).click()

    def follow(name: str) -> Callable[[Page], object]:
        return lambda page: page.get_by_role("button", name=name, exact=True).first.click()

    def look_done(page: Page) -> None:
        room.work()
        page.goto(f"/plans/{first}")

    def approve(page: Page) -> None:
        page.goto(f"/plans/{first}/approve")
        page.get_by_label("Your passphrase").fill(WORDS)
        page.get_by_role("button", name="Approve 3 changes").click()

    return [
        ("home", lambda page: page.goto("/")),
        ("plans", lambda page: page.goto("/plans")),
        ("plan", lambda page: page.goto(f"/plans/{first}")),
        ("plan, whose", press("Show whose they are in full")),
        ("plan, looking", press("Compare with the system now")),
        ("plan, looked", look_done),
        ("approve", follow("Approve")),
        ("approve, no passphrase", press("Approve 3 changes")),
        ("approved", approve),
        ("refuse", lambda page: page.goto(f"/plans/{second}/refuse")),
        ("refuse, nothing typed", press("Refuse the plan")),
        ("decided", lambda page: page.goto("/plans?show=decided")),
    ]


def test_pages_of_plans_break_no_rule_in_any_state(plan_room: Room) -> None:
    page = plan_room.page()
    wrong = watched(plan_room, page)
    plan_room.let_in(page, "Ann Second")
    for address in ("/", "/plans", "/plans?show=decided"):
        page.goto(address)
        wrong += found_wrong(page, f"empty {address}")
    first, second = planned(plan_room, rows=3, number=1), planned(plan_room, rows=1, number=2)
    store = plan_room.office.folder / "procedures" / "referrals.json"
    store.write_text(json.dumps({plan_room.office.numbers[0]: "on hold"}))

    for name, go in steps(plan_room, first, second):
        go(page)
        wrong += found_wrong(page, name)

    assert not wrong


def test_the_page_on_which_an_approver_chooses_his_passphrase_breaks_no_rule(plan_room: Room) -> None:
    page = plan_room.page()
    wrong = watched(plan_room, page)
    plan_room.let_in(page, "Cy Third")
    page.goto("/plans/passphrase")

    wrong += found_wrong(page, "passphrase") + Keyboard(page).found_wrong()
    press("Set the passphrase")(page)
    wrong += found_wrong(page, "passphrase, nothing typed")

    assert not wrong


def test_pages_of_whoever_carries_out_break_no_rule(plan_room: Room) -> None:
    page = plan_room.page()
    wrong = watched(plan_room, page)
    path = plan_room.office.list("x", "x", "x", name="mine.csv")
    clerk = plan_room.site.people.named("Jo Clerk")
    assert clerk is not None
    plan = plan_room.desk.submit("discharge", [str(path)], by=clerk[0].actor, dry_run=True).job.id
    plan_room.let_in(page, "Jo Clerk")
    page.goto(f"/jobs/{plan}")
    plan_room.work()
    page.goto(f"/jobs/{plan}")
    wrong += found_wrong(page, "plan that waits")
    approver = plan_room.page(script=False)
    plan_room.let_in(approver, "Ann Second")

    approver.goto("/plans")
    approver.get_by_role("link", name=f"Plan {plan}").click()
    approver.get_by_role("button", name="Approve").click()
    approver.get_by_label("Your passphrase").fill(WORDS)
    approver.get_by_role("button", name="Approve 3 changes").click()
    expect(approver.get_by_text("The plan is approved.")).to_be_visible()
    page.reload()
    wrong += found_wrong(page, "plan that is approved")
    press("Carry out the first 2")(page)
    wrong += found_wrong(page, "carry out")
    page.get_by_role("button", name="Carry out 2 rows").dblclick()

    expect(page.get_by_text("The job has started")).to_be_visible()
    assert plan_room.desk.views.carried_out_by(plan) == [plan + 1]
    assert not wrong


def test_a_plan_is_looked_at_and_approved_by_keyboard_alone(plan_room: Room) -> None:
    plan = planned(plan_room, rows=3, number=1)
    page = plan_room.page()
    plan_room.let_in(page, "Ann Second")
    keyboard = Keyboard(page)
    page.goto("/")

    wrong = keyboard.found_wrong()
    keyboard.to("1 plan waits for you")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to(f"Plan {plan}")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Go to Approve and Refuse")
    keyboard.press("Enter")
    keyboard.press("Tab")
    keyboard.go()
    wrong += keyboard.found_wrong()
    keyboard.to("Your passphrase")
    keyboard.type(WORDS)
    keyboard.go()

    expect(page.get_by_text("The plan is approved.")).to_be_visible()
    assert not wrong
