"""All that failed for one cause goes back in the queue together."""

import pytest

from rpa import putting_back
from rpa.exceptions import UsageError
from rpa.lists import Cause, Lists
from rpa.models import Ending
from rpa.putting_back import put_back
from rpa.states import Failure, ItemState
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
