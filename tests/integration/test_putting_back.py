"""All that failed for one cause goes back in the queue together."""

from typing import Any

import pytest

from rpa import putting_back
from rpa.db import Database
from rpa.exceptions import UsageError
from rpa.lists import PAGE, Cause, Lists
from rpa.models import Ending, RowRef
from rpa.putting_back import put_back, take_back
from rpa.states import Failure, ItemState, Taken
from rpa.views import RowStory
from tests.integration.conftest import PERSON, Bench

NO_PATIENT, TIMEOUT = Cause("tidy_up", Failure.BUSINESS, "NO_PATIENT"), Cause("tidy_up", Failure.SYSTEM, "TIMEOUT")
IN_DOUBT = Cause("tidy_up", Failure.IN_DOUBT, "TIMEOUT")


@pytest.fixture
def failed(bench: Bench) -> Bench:
    """Five items of two jobs: three without a patient, one that took too long, one in doubt."""
    bench.submit("a", "b", "c")
    bench.submit("d", "e")
    for _ in "abcde":
        claim = bench.claim()
        cause = {"c": TIMEOUT, "e": IN_DOUBT}.get(claim.key, NO_PATIENT)
        bench.finish(claim, Ending(ItemState.FAILED, failure=cause.failure, code=cause.code))
    return bench


def pending(bench: Bench) -> list[str]:
    items = [one for job in bench.views.jobs() for one in bench.views.items(job.id)]
    return sorted(one.key for one in items if one.state is ItemState.PENDING)


def test_all_of_one_cause_go_back_and_no_others(failed: Bench) -> None:
    done = put_back(Lists(failed.database), failed.queue, NO_PATIENT, by=PERSON, why="put right")

    assert (done.done, done.refused) == (3, ())
    assert pending(failed) == ["a", "b", "d"]


def test_more_than_one_transaction_holds_go_back(failed: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putting_back, "_AT_ONCE", 2)

    done = put_back(Lists(failed.database), failed.queue, NO_PATIENT, by=PERSON, why="put right")

    assert done.done == 3
    assert pending(failed) == ["a", "b", "d"]


def test_doubtful_writes_go_back_only_when_somebody_says_so(failed: Bench) -> None:
    lists = Lists(failed.database)

    with pytest.raises(UsageError, match="looked into the system first"):
        put_back(lists, failed.queue, IN_DOUBT, by=PERSON, why="put right")
    before = pending(failed)
    done = put_back(lists, failed.queue, IN_DOUBT, by=PERSON, why="looked", also_doubtful=True)

    assert before == []
    assert done.done == 1
    assert pending(failed) == ["e"]


def test_what_somebody_takes_by_hand_in_that_moment_does_not_go_back(
    failed: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = Lists(failed.database)
    retry, first = failed.queue.retry, lists.items_of(NO_PATIENT)[0].id

    def after_somebody(items: list[int], **words: Any) -> int:
        failed.queue.cancel([first], by=PERSON, why="done", how=Taken.BY_HAND)
        return retry(items, **words)

    monkeypatch.setattr(failed.queue, "retry", after_somebody)
    done = put_back(lists, failed.queue, NO_PATIENT, by=PERSON, why="put right")

    assert done.done == 2
    assert failed.views.item(first).state is ItemState.CANCELLED


def test_one_that_cannot_go_back_does_not_hold_up_the_others(failed: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = Lists(failed.database)
    first = lists.items_of(NO_PATIENT)[0].id
    retry = failed.queue.retry

    def refusing(items: list[int], **words: str) -> int:
        if first in items:
            raise UsageError("its data was erased")
        return retry(items, **words)  # type: ignore[arg-type]

    monkeypatch.setattr(failed.queue, "retry", refusing)
    done = put_back(lists, failed.queue, NO_PATIENT, by=PERSON, why="put right")

    assert (done.done, done.refused) == (2, (first,))


class CountedLists(Lists):
    """Notes how many rows are read at once."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read: list[int] = []

    def rows(self, job_id: int, *, after: RowRef | None = None, limit: int = PAGE) -> list[RowStory]:
        found = super().rows(job_id, after=after, limit=limit)
        self.read.append(len(found))
        return found


def test_what_waits_of_a_job_is_taken_back_a_part_at_a_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(putting_back, "_AT_ONCE", 2)
    mine = bench.submit(*"abcdefg")
    other = bench.submit("h")
    bench.finish(bench.claim())
    running = bench.claim()
    lists = CountedLists(bench.database)

    done = take_back(lists, bench.queue, mine, by=PERSON, why="sent by mistake")

    states = {one.key: one.state for job in (mine, other) for one in bench.views.items(job)}
    assert states.pop(running.key) is ItemState.RUNNING
    assert done == list(states.values()).count(ItemState.CANCELLED)
    assert [one.state for one in bench.views.items(mine)].count(ItemState.PENDING) == 0
    assert [one.state for one in bench.views.items(other)].count(ItemState.CANCELLED) == 0
    assert (max(lists.read), sum(lists.read)) == (2, 7)


def test_what_a_later_job_has_taken_on_stays_with_it(bench: Bench) -> None:
    first = bench.submit("a")
    bench.finish(bench.claim(), Ending(ItemState.FAILED, failure=NO_PATIENT.failure, code=NO_PATIENT.code))
    later = bench.submit("a")

    done = take_back(Lists(bench.database), bench.queue, first, by=PERSON, why="sent by mistake")

    (item,) = bench.views.items(later)
    assert (done, item.state) == (0, ItemState.PENDING)
