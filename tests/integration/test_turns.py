"""Jobs of a workflow take turns, whatever their size, and whatever comes back."""

from collections.abc import Sequence
from datetime import timedelta

from rpa.models import Ending, NewItem, RowRef
from rpa.states import Failure, ItemState
from tests.integration.conftest import LEASE, PERSON, Bench

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")
MATCHED = Ending(ItemState.COMPLETED, outcome="matched")


def test_small_job_is_done_between_the_items_of_a_large_one(bench: Bench) -> None:
    bench.submit("a1", "a2", "a3", "a4")
    bench.submit("b1", "b2")

    assert taken(bench, 6) == ["a1", "b1", "a2", "b2", "a3", "a4"]


def test_items_that_a_person_retries_take_turns_with_another_job(bench: Bench) -> None:
    job_id = bench.submit("a1", "a2", "a3")
    for _ in range(3):
        bench.finish(bench.claim(), FAILED)
    bench.submit("b1", "b2", "b3")

    bench.queue.retry([one.id for one in bench.views.items(job_id)], by=PERSON, why="mended")

    assert taken(bench, 6) == ["b1", "a1", "b2", "a2", "b3", "a3"]


def test_items_retried_one_by_one_take_turns_with_another_job(bench: Bench) -> None:
    job_id = bench.submit("a1", "a2", "a3")
    for _ in range(3):
        bench.finish(bench.claim(), FAILED)
    bench.submit("b1", "b2", "b3")

    keys: list[str] = []
    for one in bench.views.items(job_id):
        bench.queue.retry([one.id], by=PERSON, why="mended")
        keys += taken(bench, 1)

    assert [*keys, *taken(bench, 3)] == ["b1", "a1", "b2", "a2", "b3", "a3"]


def test_items_that_fail_again_and_again_leave_each_round_to_the_others(bench: Bench) -> None:
    bench.submit("a1", "a2", "a3")
    bench.finish(bench.claim(), soon(bench))
    bench.finish(bench.claim(), soon(bench))
    bench.submit("b1", "b2")

    keys = []
    for _ in range(6):
        bench.clock.pass_by(seconds=2)
        claim = bench.claim()
        keys.append(claim.key[0])
        bench.finish(claim, soon(bench))

    assert "aaa" not in "".join(keys)


def test_what_comes_back_is_taken_in_the_order_of_its_time(bench: Bench) -> None:
    bench.submit("a1", "a2")
    later, sooner = bench.claim(), bench.claim()
    bench.finish(later, Ending(ItemState.PENDING, code="TIMEOUT", retry_at=bench.clock.now() + timedelta(seconds=9)))
    bench.finish(sooner, Ending(ItemState.PENDING, code="TIMEOUT", retry_at=bench.clock.now() + timedelta(seconds=5)))
    bench.clock.pass_by(seconds=10)

    assert taken(bench, 2) == ["a2", "a1"]


def test_cases_that_the_plan_has_ended_take_no_turns(bench: Bench) -> None:
    bench.submit_items(cases("a1", "a2", "a3", "a4"))
    bench.submit_items([*cases("x", "y", "z", settled=MATCHED, first_row=2), *cases("b1", "b2", first_row=20)])

    assert taken(bench, 6) == ["a1", "b1", "a2", "b2", "a3", "a4"]


def test_rows_that_are_sent_again_take_turns_with_another_job(bench: Bench) -> None:
    bench.submit("a1", "a2", "a3")
    for _ in range(3):
        bench.finish(bench.claim(), FAILED)
    bench.submit("b1", "b2", "b3")

    bench.submit("a1", "a2", "a3")

    assert taken(bench, 6) == ["a1", "b1", "a2", "b2", "a3", "b3"]


def test_rescued_item_does_not_put_a_new_job_before_one_that_waits(bench: Bench) -> None:
    bench.submit("a1", "a2", "a3", "a4", "a5", "a6")
    bench.claim("doomed")
    for _ in range(3):
        bench.finish(bench.claim())
    bench.queue.rescue(dead_workers=["doomed"])
    bench.submit("b1", "b2", "b3")

    keys = taken(bench, 6)

    assert [key for key in keys if key != "a1"] == ["a5", "b1", "a6", "b2", "b3"]


def taken(bench: Bench, number: int) -> Sequence[str]:
    """Return the keys of the next items, each done before the next is taken, with a second in between."""
    keys = []
    for _ in range(number):
        bench.clock.pass_by(seconds=1)
        claim = bench.queue.claim("w1", ["tidy_up"], lease=LEASE)
        assert claim is not None
        bench.finish(claim)
        keys.append(claim.key)
    return keys


def soon(bench: Bench) -> Ending:
    return Ending(ItemState.PENDING, code="UNEXPECTED", retry_at=bench.clock.now() + timedelta(seconds=1))


def cases(*keys: str, settled: Ending | None = None, first_row: int = 2) -> list[NewItem]:
    rows = enumerate(keys, first_row)
    return [NewItem(key, {}, [RowRef("sheet", "Sheet1", row)], settled=settled) for row, key in rows]
