"""Fix a row: what the robot saw, the right value, and two people who are at the same row."""

import html
from contextlib import contextmanager

import pytest

from rpa.audit import Trail
from rpa.console.people import Person
from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind
from rpa.states import ItemState
from tests.conftest import HandClock
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, opened_site, work

LETTERS = '''"""A work of which nobody can look up whether it was done."""

from rpa import Item, NHSNumber, Row, SystemException, column, workflow


class Letter(Row):
    nhs_number: NHSNumber = column("NHS number")


@workflow(title="Send letters", key="nhs_number")
def letters(item: Item[Letter]) -> str:
    """Send letters."""
    item.effect("letter", lost)
    return "sent"


def lost() -> None:
    raise SystemException("the printer went away")
'''


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    """A clerk of whose four rows three wait for a person: the cases 2, 3 and 4."""
    browser.add("Jo Clerk", Role.REQUESTER, team="Bookings")
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("fine", "nobody", "nobody", "nobody")})
    browser.send("/uploads/1")
    work(browser)
    return browser


@pytest.fixture
def other(requester: Browser) -> Browser:
    requester.add("Tom Ellis", Role.REQUESTER, team="Bookings")
    made = requester.another()
    made.sign_in("Tom Ellis")
    return made


def person(browser: Browser, name: str) -> Person:
    found = browser.site.people.named(name)
    assert found is not None
    return found[0]


def give(browser: Browser, case: int, **typed: str) -> None:
    browser.open(f"/needs-you/{case}")
    browser.send(f"/needs-you/{case}", way="value")
    browser.send(f"/needs-you/{case}/value", typed, then="next")


def test_the_right_value_is_given_on_the_next_page_and_the_robot_does_the_row_with_it(
    requester: Browser, office: Office
) -> None:
    requester.open("/needs-you/2")
    requester.send("/needs-you/2", way="value")
    asked = (requester.path, requester.page.text if requester.page else "")
    requester.send("/needs-you/2/value", nhs_number=office.numbers[1], fate="fine", priority="Routine", then="next")
    said = (requester.path, requester.text)
    work(requester)

    assert asked[0] == "/needs-you/2/value"
    assert f'value="{office.numbers[1]}"' in asked[1]
    assert said[0] == "/needs-you/3"
    assert "The row is back with the robot, with what you gave." in said[1]
    assert requester.site.desk.views.item(2).state is ItemState.COMPLETED
    told = Trail(requester.site.desk.database).of_items([2])
    assert [(one.actor.name, one.facts["fields"]) for one in told if one.name == "item.corrected"] == [
        ("Jo Clerk", ["fate", "priority"])
    ]


def test_a_wrong_value_is_told_at_its_field_and_what_was_typed_stays(requester: Browser) -> None:
    give(requester, 2, nhs_number="1234567890", fate="fine", priority="Routine")

    assert requester.status == 422
    assert "Error: NHS number" in requester.text.replace("Error:  ", "Error: ") or "NHS number" in requester.text
    assert requester.page is not None
    assert 'id="nhs_number-error"' in requester.page.text
    assert 'value="1234567890"' in requester.page.text
    assert requester.site.desk.views.item(2).state is ItemState.FAILED


def test_a_case_shows_the_masked_picture_and_only_to_those_who_may_see_its_job(requester: Browser) -> None:
    requester.open("/needs-you/2")
    assert requester.page is not None
    picture = requester.page.text.split('class="desk-picture" src="')[1].split('"')[0]
    stranger = requester.another()
    requester.add("Eve Elsewhere", Role.REQUESTER, team="Wards")
    stranger.sign_in("Eve Elsewhere")

    assert requester.client.get(picture).headers["content-type"] == "image/png"
    assert stranger.client.get(picture).status_code == 404
    assert requester.client.get("/needs-you/1/picture/" + picture.rsplit("/", 1)[1]).status_code == 404
    assert stranger.open("/needs-you/2/value").status_code == 404


def test_whoever_opens_a_row_that_somebody_has_open_is_told_so(requester: Browser, other: Browser) -> None:
    other.open("/needs-you/2")
    alone = other.text
    requester.clock.pass_by(seconds=120)
    requester.open("/needs-you/2")
    told = requester.text
    requester.clock.pass_by(seconds=15 * 60)
    requester.open("/needs-you/2")

    assert "opened this row" not in alone
    assert "Tom Ellis opened this row 2 minutes ago." in told
    assert "Tom Ellis" not in requester.text


def test_whoever_comes_too_late_is_told_who_saw_to_it(requester: Browser, other: Browser, office: Office) -> None:
    requester.open("/needs-you/2/value")
    give(other, 2, nhs_number=office.numbers[1], fate="fine", priority="Routine")
    requester.send("/needs-you/2/value", nhs_number=office.numbers[1], fate="bug", priority="Routine")
    late = requester.text
    requester.open("/needs-you/2")

    assert "The row was seen to already." in late
    assert "Tom Ellis corrected it and sent it back" in requester.text
    assert len(requester.site.desk.views.jobs()) == 2


@pytest.mark.parametrize(("first", "late", "state"), [("myself", "back", ItemState.CANCELLED),
                                                      ("leave", "back", ItemState.CANCELLED),
                                                      ("back", "myself", ItemState.PENDING)])  # fmt: skip
def test_a_form_that_comes_late_undoes_nothing_that_somebody_else_decided(
    requester: Browser, other: Browser, first: str, late: str, state: ItemState
) -> None:
    requester.open("/needs-you/2")
    token = requester.token()
    other.open("/needs-you/2")
    other.send("/needs-you/2", way=first)

    requester.send("/needs-you/2", way=late, token=token)

    assert "The row was seen to already." in requester.text
    assert requester.site.desk.views.item(2).state is state


def test_saving_goes_on_with_the_next_row_and_skipping_leaves_it(requester: Browser) -> None:
    requester.open("/needs-you/2")
    first = requester.page.text if requester.page else ""
    requester.send("/needs-you/2", way="leave", then="next")
    second = (requester.path, requester.text)
    requester.send("/needs-you/3", way="leave", then="next")
    requester.send("/needs-you/4", way="leave", then="next")

    assert "1 of 3 that need you for this" in " ".join(first.split())
    assert 'href="/needs-you/3"' in first
    assert second[0] == "/needs-you/3"
    assert "The row is left out." in second[1]
    assert (requester.path, requester.site.desk.views.totals(1).cancelled) == ("/needs-you", 3)


def test_a_value_can_not_be_given_for_a_row_that_nothing_is_wrong_with(requester: Browser) -> None:
    requester.open("/needs-you/1/value")

    assert requester.path == "/needs-you/1"
    assert "was seen to" in requester.text


def test_nobody_is_told_of_himself_or_of_a_look_before_the_row_was_seen_to(requester: Browser, other: Browser) -> None:
    requester.open("/needs-you/2")
    requester.open("/needs-you/2")
    mine = requester.text
    other.open("/needs-you/2")
    other.send("/needs-you/2", way="back")
    work(requester)
    requester.open("/needs-you/2")

    assert "opened this row" not in mine
    assert requester.site.desk.views.item(2).state is ItemState.FAILED
    assert "opened this row" not in requester.text


def test_a_case_in_doubt_says_that_what_can_not_be_looked_up_is_done_once_more(
    office: Office, clock: HandClock
) -> None:
    (office.folder / "procedures" / "letters.py").write_text(LETTERS, encoding="utf-8")
    with contextmanager(opened_site)(office, clock) as clerk:
        clerk.add("Jo Clerk", Role.REQUESTER)
        clerk.sign_in("Jo Clerk")
        clerk.open("/start/letters")
        clerk.send("/start/letters", files={"sheet": office.list("fine")})
        clerk.send("/uploads/1")
        work(clerk)

        clerk.site.desk.queue.retry([1], by=Actor(ActorKind.PERSON, "IT"), why="looked")
        work(clerk)

        clerk.open("/needs-you/1")

    assert "The robot could not tell whether this was saved: letter." in clerk.text
    assert "If it was saved, choose that you have done this one yourself." in clerk.text
    assert "what can't be looked up, such as a letter, is done once more" in html.unescape(clerk.text)
    assert "You have put right in the system what stood in the way" not in clerk.text
