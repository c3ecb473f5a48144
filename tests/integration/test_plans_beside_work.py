"""A plan and the work itself are two things: neither keeps the other's rows from their turn."""

from rpa.models import NewItem, RowRef, Submission
from rpa.states import ItemState
from tests.integration.conftest import DONE, PERSON, Bench
from tests.integration.test_queue import FAILED


def plan(bench: Bench, *keys: str) -> int:
    items = [NewItem(key, {"value": key}, [RowRef("sheet", "Sheet1", row)]) for row, key in enumerate(keys, 2)]
    return bench.queue.submit(Submission("tidy_up", "1", PERSON, items, dry_run=True))


def test_row_that_is_only_planned_does_not_keep_it_from_being_done(bench: Bench) -> None:
    planned = plan(bench, "a")

    job_id = bench.submit("a")

    assert [bench.views.totals(one).open for one in (planned, job_id)] == [1, 1]
    assert bench.views.totals(job_id).duplicate == 0


def test_row_that_waits_can_be_planned_as_well(bench: Bench) -> None:
    job_id = bench.submit("a")

    planned = plan(bench, "a")

    assert [bench.views.totals(one).open for one in (planned, job_id)] == [1, 1]


def test_row_that_waits_to_be_planned_is_not_planned_twice(bench: Bench) -> None:
    plan(bench, "a")

    second = plan(bench, "a")

    assert bench.views.totals(second).duplicate == 1


def test_plan_leaves_what_needs_a_person_where_it_is(bench: Bench) -> None:
    job_id = bench.submit("a")
    bench.finish(bench.claim(), FAILED)

    planned = plan(bench, "a")

    assert bench.views.totals(job_id).failed == 1
    assert bench.views.totals(planned).open == 1


def test_row_that_failed_in_a_plan_is_the_same_item_when_it_is_done_for_real(bench: Bench) -> None:
    planned = plan(bench, "a")
    bench.finish(bench.claim(), FAILED)

    job_id = bench.submit("a")
    bench.finish(bench.claim())

    assert bench.views.totals(planned).failed == 0
    assert [one.state for one in bench.views.items(job_id)] == [ItemState.COMPLETED]
    assert plan(bench, "a") and bench.views.totals(job_id).completed == 1


def test_row_that_failed_in_a_plan_and_for_real_goes_on_where_it_is_done(bench: Bench) -> None:
    planned, job_id = plan(bench, "a"), bench.submit("a")
    for _ in range(2):
        bench.finish(bench.claim(), FAILED)

    again = bench.submit("a")

    assert (bench.views.totals(planned).failed, bench.views.totals(job_id).failed) == (1, 0)
    assert bench.views.totals(again).open == 1


def test_cancelled_row_of_a_plan_can_be_planned_again_while_it_is_done(bench: Bench) -> None:
    (old,) = bench.views.items(plan(bench, "a"))
    bench.queue.cancel([old.id], by=PERSON, why="sent by mistake")
    bench.submit("a")

    bench.queue.retry([old.id], by=PERSON, why="wanted after all")

    assert bench.state(old.id) == ItemState.PENDING


def test_row_that_is_done_only_once_is_not_done_again_because_its_plan_has_failed(bench: Bench) -> None:
    bench.submit("a", once=True)
    plan(bench, "a")
    for ending in (DONE, FAILED):
        bench.finish(bench.claim(), ending)

    again = bench.submit("a", once=True)

    assert bench.views.totals(again).duplicate == 1
    assert bench.nothing_due()
