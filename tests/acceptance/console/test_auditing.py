"""The auditors' pages in a real browser: in each state, on any screen, and without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from rpa.answers.kept_checks import KeptChecks, Result
from rpa.answers.postings import Postings
from tests.acceptance.console.conftest import Room
from tests.acceptance.console.test_console import found_wrong, watched

Step = tuple[str, Callable[[Page], object]]


def press(name: str) -> Callable[[Page], object]:
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def looked_for(field: str, value: str, button: str) -> Callable[[Page], object]:
    def go(page: Page) -> None:
        page.goto("/record")
        page.get_by_label(field, exact=True).fill(value)
        page.get_by_role("button", name=button, exact=True).click()

    return go


def open_entry(page: Page) -> None:
    page.goto("/record?kind=changes")
    page.get_by_role("row").nth(1).get_by_role("link").click()


def checked(page: Page) -> None:
    # The page brings itself up to date; what was found stands in it without a reload.
    expect(page.get_by_role("row").nth(1)).to_contain_text("The record is whole", timeout=60_000)


def altered(room: Room, page: Page) -> None:
    kept = KeptChecks(room.desk.database, room.desk.clock)
    said = ["The record has been altered: Entry 3 of job 1 does not match its seal. Everything before it is sound."]
    kept.end(kept.begin("Audrey Auditor", entries=3)[0], Result.BROKEN, said)
    page.goto("/record")
    expect(page.get_by_role("region", name="The record has been altered")).to_be_visible()


def export_of_job(page: Page) -> None:
    page.goto("/record/exports/new")
    page.get_by_label("Job", exact=True).fill("1")
    page.get_by_role("button", name="Continue").click()


def exported(page: Page) -> None:
    page.get_by_label("I need this for").fill("Audit IA-12")
    page.get_by_role("button", name="Take out").dblclick()
    expect(page.get_by_text("Fetch record-job-1")).to_have_count(1)


def told_of(number: str) -> Callable[[Page], object]:
    def go(page: Page) -> None:
        page.goto("/record/story")
        page.get_by_label("Or an NHS number", exact=True).fill(number)
        page.get_by_role("button", name="Tell the story").click()

    return go


def steps(room: Room) -> list[Step]:
    """Return the auditor's pages in their states, each with how to come there."""
    return [
        ("home", lambda page: page.goto("/")),
        ("record", lambda page: page.goto("/record")),
        ("record, nothing found", lambda page: page.goto("/record?person=nobody")),
        ("record, wrong", lambda page: page.goto("/record?since=soon&job=x")),
        ("record, a part", lambda page: page.goto("/record?kind=changes")),
        ("record, words", looked_for("Words", "appointment", "Find words")),
        ("record, no reason", press("Show the details")),
        ("patient", looked_for("Or an NHS number", room.office.numbers[0], "Search")),
        ("patient, no reason", press("Show the details")),
        ("patient, not one", looked_for("Or an NHS number", "123", "Search")),
        ("patient, unknown", looked_for("Reference", "never seen", "Search")),
        ("entry", open_entry),
        ("entry, no reason", press("Show the details")),
        ("entry that is not there", lambda page: page.goto("/record/entries/job-1/9999")),
        ("story", lambda page: page.goto("/record/story")),
        ("story, nothing entered", press("Tell the story")),
        ("story, told", told_of(room.office.numbers[0])),
        ("story, unknown", told_of(room.office.numbers[-1])),
        ("readers", lambda page: page.goto("/record/readers")),
        ("readers, nobody", lambda page: page.goto("/record/readers?person=nobody")),
        ("exports, none", lambda page: page.goto("/record/exports")),
        ("export", lambda page: page.get_by_role("button", name="Take entries out").click()),
        ("export, nothing entered", press("Continue")),
        ("export, why", export_of_job),
        ("export, no reason", lambda page: page.get_by_role("button", name="Take out").click()),
        ("exports", exported),
        ("checks", lambda page: page.goto("/record/checks")),
        ("checks, under way", press("Check now")),
        ("checks, done", checked),
        ("record, checked", lambda page: page.goto("/record")),
        ("record, altered", lambda page: altered(room, page)),
        ("readers, wrong", lambda page: page.goto("/record/readers?since=soon")),
    ]


@pytest.fixture
def told(room: Room) -> Room:
    """The same room after some work, which is sealed and can be looked for."""
    path = room.office.list("fine", "nobody", name="audited.csv")
    clerk = room.site.people.named("Jo Clerk")
    assert clerk is not None
    room.desk.submit("tidy", [str(path)], by=clerk[0].actor, again=True)
    room.work()
    room.desk.sealing.tick()
    Postings(room.desk.database, room.desk.clock).tick()
    return room


def test_pages_of_the_record_break_no_rule_in_any_state(told: Room) -> None:
    page = told.page()
    wrong = watched(told, page)
    told.let_in(page, "Audrey Auditor")

    for name, go in steps(told):
        go(page)
        wrong += found_wrong(page, name)

    assert not wrong


def test_the_record_is_searched_without_javascript(told: Room) -> None:
    page = told.page(script=False)
    told.let_in(page, "Audrey Auditor")

    page.goto("/record")
    page.get_by_label("What happened").select_option("Something was changed")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("The robot tidy for Jo Clerk")
    page.get_by_label("Why you need to see them").fill("Complaint 12")
    page.get_by_role("button", name="Show the details").click()

    expect(page.get_by_role("row").nth(1)).to_contain_text("RENZZ")
    assert page.url.endswith("/record")
