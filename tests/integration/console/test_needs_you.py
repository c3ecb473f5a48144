"""Needs you: cases that wait for a person, by what happened, and what can be done about one of them."""

import pytest

from rpa.audit import Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db.console_tables import Role
from rpa.states import ItemState
from tests.integration.cli.office import Office
from tests.integration.console.conftest import ADMIN, Browser, work


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    """A clerk of whose three rows two wait for a person: the cases 2 and 3."""
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("fine", "nobody", "nobody")})
    browser.send("/uploads/1")
    work(browser)
    return browser


def state(browser: Browser, item_id: int) -> ItemState:
    return browser.site.desk.views.item(item_id).state


def test_cases_are_listed_by_what_happened_and_counted_at_home(requester: Browser, office: Office) -> None:
    requester.open("/")
    home = requester.text
    requester.open("/needs-you")

    assert "2 cases need you" in home
    assert "No patient has this number. Move appointments. Check it in the sheet" in requester.text
    assert f"Case 2, ••••{office.numbers[1][-4:]}" in requester.text
    assert office.numbers[1] not in requester.text


def test_a_case_shows_its_row_and_that_nothing_was_changed_and_this_is_recorded(
    requester: Browser, office: Office
) -> None:
    requester.open("/needs-you/2")

    assert "job 1, row 3" in requester.text
    assert "The robot stopped before it changed anything." in requester.text
    assert f"NHS number {office.numbers[1]} Fate nobody Priority" in requester.text
    told = Trail(requester.site.desk.database).of_run(SYSTEM_RUN, names=["record.read"])[-1]
    assert (told.actor.name, told.item_id) == ("Jo Clerk", 2)


@pytest.mark.parametrize(
    ("way", "end", "said"),
    [
        ("back", ItemState.PENDING, "The row is back with the robot."),
        ("myself", ItemState.CANCELLED, "you have done it yourself"),
        ("leave", ItemState.CANCELLED, "The row is left out."),
    ],
)
def test_a_case_is_sent_back_or_taken_from_the_robot(requester: Browser, way: str, end: ItemState, said: str) -> None:
    requester.open("/needs-you/2")

    requester.send("/needs-you/2", way=way, note="as agreed")

    assert requester.path == "/needs-you"
    assert said in requester.text
    assert state(requester, 2) is end
    assert state(requester, 3) is ItemState.FAILED


@pytest.mark.parametrize(
    ("way", "show", "word", "did"),
    [
        ("myself", "by-hand", "Done by hand", "did this by hand."),
        ("leave", "left-out", "Left out", "left this out: the ward wants it, see ••••3021."),
    ],
)
def test_the_job_says_who_took_a_row_from_the_robot_and_what_he_did_with_it(
    requester: Browser, way: str, show: str, word: str, did: str
) -> None:
    requester.open("/needs-you/2")
    requester.send("/needs-you/2", way=way, note="the ward wants it, see 9990003021")

    requester.open(f"/jobs/1?show={show}")
    job = requester.text
    requester.open("/needs-you/2")

    assert f"{word} What happened Jo Clerk {did}" in job
    assert f"1 {word.lower()}" in job
    assert "0 stopped" in job
    assert f"Jo Clerk {did.partition(':')[0].rstrip('.')}" in requester.text


def test_a_row_that_was_stopped_is_among_neither_those_done_by_hand_nor_those_left_out(requester: Browser) -> None:
    requester.site.desk.queue.cancel([2], by=ADMIN, why="not wanted")

    listed = {}
    for show in ("by-hand", "left-out", "stopped"):
        requester.open(f"/jobs/1?show={show}")
        listed[show] = "Outcome Stopped" in requester.text

    assert listed == {"by-hand": False, "left-out": False, "stopped": True}
    assert "The first admin took this from the robot." in requester.text


def test_nothing_is_done_without_a_choice(requester: Browser) -> None:
    requester.open("/needs-you/2")

    requester.send("/needs-you/2")

    assert requester.status == 422
    assert "Select what should happen to this row" in requester.text
    assert state(requester, 2) is ItemState.FAILED


def test_who_comes_second_is_told_that_it_was_seen_to(requester: Browser) -> None:
    requester.open("/needs-you/2")
    token = requester.token()
    requester.send("/needs-you/2", token=token, way="leave")

    requester.send("/needs-you/2", token=token, way="leave")

    assert "The row was seen to already" in requester.text
    requester.open("/needs-you/2")
    assert "Case 2 was seen to" in requester.text


def test_cases_of_other_teams_are_not_there(requester: Browser) -> None:
    requester.add("Sam Stranger", Role.REQUESTER)
    stranger = requester.another()
    stranger.sign_in("Sam Stranger")

    stranger.open("/needs-you")
    listed = stranger.text
    stranger.open("/needs-you/2")

    assert "Nothing needs you." in listed
    assert stranger.status == 404


def test_when_nothing_waits_the_page_says_so(requester: Browser) -> None:
    for item_id in (2, 3):
        requester.open(f"/needs-you/{item_id}")
        requester.send(f"/needs-you/{item_id}", way="leave")

    assert "Nothing needs you." in requester.text
