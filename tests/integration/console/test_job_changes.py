"""Rows of a job that failed are done again together, and a job says how long it will take."""

import pytest

from rpa.db.console_tables import Role
from rpa.models import Actor, ActorKind, Ending
from rpa.states import Failure, ItemState
from rpa.workers import this_process
from tests.integration.cli.office import Office
from tests.integration.console.conftest import Browser, work

BOT = Actor(ActorKind.BOT, "tidy")


@pytest.fixture
def requester(browser: Browser, office: Office) -> Browser:
    """A clerk of whose four rows two failed; of a third nobody knows whether it was saved."""
    browser.add("Jo Clerk", Role.REQUESTER)
    browser.sign_in("Jo Clerk")
    browser.open("/start/tidy")
    browser.send("/start/tidy", files={"sheet": office.list("nobody", "nobody", "fine", "fine")})
    browser.send("/uploads/1")
    desk = browser.site.desk
    for _ in range(3):
        claim = desk.queue.claim("w1", ["tidy"], lease=desk.lease)
        assert claim is not None
        failure = Failure.IN_DOUBT if claim.item_id == 3 else Failure.BUSINESS
        desk.queue.finish(claim, Ending(ItemState.FAILED, failure=failure, code="NO_MATCH"), by=BOT)
    return browser


def states(browser: Browser) -> list[ItemState]:
    return [one.state for one in browser.site.desk.views.items(1)]


def test_rows_that_failed_go_back_and_those_in_doubt_do_not(requester: Browser) -> None:
    requester.open("/jobs/1/retry")
    asked = requester.text
    requester.send("/jobs/1/retry")
    unsaid = (requester.status, requester.text)
    requester.send("/jobs/1/retry", why="the list is right now")

    assert "2 cases go back to the robot as you sent them." in asked
    assert "In 1 case nobody knows whether the robot saved something." in asked
    assert unsaid[0] == 422
    assert "Enter why" in unsaid[1]
    assert states(requester) == [ItemState.PENDING, ItemState.PENDING, ItemState.FAILED, ItemState.PENDING]
    assert "The rows are back in the queue." in requester.text


def test_rows_in_doubt_go_back_when_somebody_has_looked(requester: Browser) -> None:
    requester.open("/jobs/1/retry")
    requester.send("/jobs/1/retry", why="looked", doubtful="yes")

    assert states(requester) == [ItemState.PENDING] * 4


def test_where_all_rows_are_in_doubt_nothing_happens_before_somebody_has_looked(requester: Browser) -> None:
    requester.open("/jobs/1/retry")
    requester.send("/jobs/1/retry", why="the list is right now")
    work(requester)
    desk = requester.site.desk
    desk.queue.cancel([1, 2], by=BOT, why="left out")
    requester.open("/jobs/1/retry")
    asked = requester.text
    requester.send("/jobs/1/retry", why="the list is right now")

    assert "0 rows" not in asked
    assert "is not saved twice" not in asked
    assert "such as a letter, is done once more, also where it was done before" in asked
    assert requester.status == 422
    assert "Look in the system first, and say that you have" in requester.text
    assert states(requester)[2] is ItemState.FAILED


def test_nothing_is_left_to_do_again(requester: Browser) -> None:
    requester.open("/jobs/1/retry")
    requester.send("/jobs/1/retry", why="looked", doubtful="yes")
    requester.open("/jobs/1/retry")

    assert "No row of this job needs you any more." in requester.text


def test_a_job_that_waits_says_what_else_there_is_to_do(requester: Browser, office: Office) -> None:
    requester.site.desk.workers.register(this_process(known_as="another"))
    requester.open("/start/tidy")
    requester.send("/start/tidy", files={"sheet": office.list(*["fine"] * 9, name="more.csv")})
    requester.send("/uploads/2")

    assert "It waits for its turn. 1 other job has 1 row to do; the robot takes rows of each in turn." in requester.text


def test_a_stopped_job_gives_back_what_waits_and_nothing_else(requester: Browser) -> None:
    requester.open("/jobs/1/stop")
    requester.send("/jobs/1/stop")

    assert states(requester) == [ItemState.FAILED, ItemState.FAILED, ItemState.FAILED, ItemState.CANCELLED]


def test_the_robot_works_on_after_that(requester: Browser) -> None:
    work(requester)

    assert states(requester)[3] is ItemState.COMPLETED


def test_a_job_that_has_ended_is_not_asked_to_be_stopped(requester: Browser) -> None:
    work(requester)

    requester.open("/jobs/1/stop")

    assert "Job 1 has ended There is nothing left to stop." in requester.text
    assert "Stop this job" not in requester.text
