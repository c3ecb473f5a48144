"""The queue: every move, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from rpa.audit import Event, Record, verify
from rpa.audit.record import Origin
from rpa.db.tables import attempt
from rpa.exceptions import ClaimLost, SameInput, UsageError
from rpa.models import Ending, NewItem, RowRef, Submission, Write
from rpa.states import Failure, ItemState, JobState
from tests.integration.conftest import BOT, DONE, LEASE, PERSON, Bench

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")


def test_an_item_is_claimed_once_and_completed(bench: Bench) -> None:
    job_id = bench.submit("a")

    claim = bench.claim()
    nobody_else = bench.nothing_due()
    bench.finish(claim)

    assert nobody_else
    assert bench.state(claim.item_id) == ItemState.COMPLETED
    assert bench.views.job(job_id).state == JobState.COMPLETED
    assert bench.views.totals(job_id).completed == 1


def test_items_are_claimed_in_the_order_they_came(bench: Bench) -> None:
    bench.submit("a", "b", "c")

    keys = [bench.claim().key for _ in range(3)]

    assert keys == ["a", "b", "c"]


def test_stale_slot_cannot_finish_a_rescued_item(bench: Bench) -> None:
    bench.submit("a")
    stale = bench.claim()
    bench.clock.pass_by(seconds=61)
    rescued = bench.queue.rescue(lease=LEASE)
    fresh = bench.claim("w2")

    with pytest.raises(ClaimLost):
        bench.finish(stale)

    assert rescued == 1
    assert fresh.item_id == stale.item_id
    assert bench.state(fresh.item_id) == ItemState.RUNNING
    bench.finish(fresh)


def test_stale_slot_cannot_record_an_intent(bench: Bench) -> None:
    bench.submit("a")
    stale = bench.claim()
    bench.clock.pass_by(seconds=61)

    with pytest.raises(ClaimLost):
        bench.journal(stale).intend(Write("change", "a field", {"x": 1}, {"x": 2}))

    assert bench.views.effects(stale.job_id) == []


def test_an_extended_lease_is_not_rescued(bench: Bench) -> None:
    bench.submit("a")
    claim = bench.claim()
    bench.clock.pass_by(seconds=50)
    bench.queue.extend(claim, LEASE)
    bench.clock.pass_by(seconds=50)

    rescued = bench.queue.rescue(lease=LEASE)

    assert rescued == 0
    assert bench.finish(claim) == ItemState.COMPLETED


def test_what_a_dead_worker_held_is_rescued_before_its_lease_ends(bench: Bench) -> None:
    bench.submit("a", "b")
    lost, kept = bench.claim("dead"), bench.claim("alive")

    rescued = bench.queue.rescue(dead_workers=["dead"])

    assert rescued == 1
    assert bench.state(lost.item_id) == ItemState.PENDING
    assert bench.state(kept.item_id) == ItemState.RUNNING


def test_an_item_that_kills_its_slot_three_times_is_failed(bench: Bench) -> None:
    job_id = bench.submit("a")

    for _ in range(3):
        claim = bench.claim("doomed")
        bench.queue.rescue(dead_workers=["doomed"])

    item = bench.views.item(claim.item_id)
    assert (item.state, item.failure, item.code) == (ItemState.FAILED, Failure.SYSTEM, "CRASHES_WORKER")
    assert bench.views.job(job_id).state == JobState.COMPLETED


def test_a_crash_uses_up_no_attempt(bench: Bench) -> None:
    bench.submit("a")
    bench.claim("doomed")
    bench.queue.rescue(dead_workers=["doomed"])

    claim = bench.claim()

    assert claim.attempt == 1
    assert claim.follows


def test_a_failed_attempt_waits_for_its_time(bench: Bench) -> None:
    bench.submit("a")
    later = bench.clock.now() + timedelta(minutes=2)
    bench.finish(bench.claim(), Ending(ItemState.PENDING, code="TIMEOUT", retry_at=later))

    too_early = bench.nothing_due()
    bench.clock.pass_by(minutes=2)
    claim = bench.claim()

    assert too_early
    assert claim.attempt == 2


def test_a_deferred_item_uses_up_no_attempt(bench: Bench) -> None:
    bench.submit("a")
    bench.queue.defer(bench.claim(), bench.clock.now() + timedelta(hours=1), why="closed")

    too_early = bench.nothing_due()
    bench.clock.pass_by(hours=1)
    claim = bench.claim()

    assert too_early
    assert claim.attempt == 1


def test_finish_and_claim_takes_the_next_item(bench: Bench) -> None:
    bench.submit("a", "b")
    first = bench.claim()

    second = bench.queue.finish_and_claim(
        first, DONE, by=PERSON, workflows=["tidy_up"], lease=LEASE, worker_id="w1"
    )  # fmt: skip

    assert second is not None
    assert second.key == "b"
    assert bench.state(first.item_id) == ItemState.COMPLETED


def test_the_same_key_twice_in_a_sheet_is_a_duplicate_row(bench: Bench) -> None:
    job_id = bench.submit("a", "a", "b")

    totals = bench.views.totals(job_id)

    assert (totals.rows_in, totals.open, totals.duplicate) == (3, 2, 1)
    assert totals.balance


def test_a_key_that_waits_already_is_a_duplicate_row(bench: Bench) -> None:
    bench.submit("a")

    job_id = bench.submit("a")

    assert bench.views.totals(job_id).duplicate == 1
    assert bench.views.job(job_id).state == JobState.COMPLETED


def test_a_key_that_failed_is_the_same_item_again(bench: Bench) -> None:
    first_job = bench.submit("a")
    failed = bench.claim()
    bench.finish(failed, FAILED)

    second_job = bench.submit("a")
    claim = bench.claim()
    bench.finish(claim)

    assert claim.item_id == failed.item_id
    assert claim.round == 2
    assert bench.views.totals(second_job).completed == 1
    assert bench.views.totals(first_job).completed == 1


def test_a_key_that_was_completed_is_new_work(bench: Bench) -> None:
    bench.submit("a")
    done = bench.claim()
    bench.finish(done)

    bench.submit("a")

    assert bench.claim().item_id != done.item_id


def test_a_key_that_was_completed_is_a_duplicate_where_once_is_enough(bench: Bench) -> None:
    bench.submit("a", once=True)
    bench.finish(bench.claim())

    job_id = bench.submit("a", once=True)

    assert bench.views.totals(job_id).duplicate == 1


def test_a_settled_case_is_ended_without_an_attempt(bench: Bench) -> None:
    places = [RowRef("ers", "Worklist", 4), RowRef("pas", "Appointments", 9)]

    job_id = bench.submit_items([NewItem("a", {}, places, settled=Ending(ItemState.COMPLETED, outcome="matched")),
                                 NewItem("b", {}, [RowRef("ers", "Worklist", 5)], settled=FAILED)])  # fmt: skip

    totals = bench.views.totals(job_id)
    assert (totals.completed, totals.failed, totals.rows_in) == (2, 1, 3)
    assert bench.nothing_due()


def test_a_row_in_two_cases_is_refused_and_nothing_is_stored(bench: Bench) -> None:
    place = RowRef("sheet", "Sheet1", 2)

    with pytest.raises(UsageError, match="twice"):
        bench.submit_items([NewItem("a", {}, [place]), NewItem("b", {}, [place])])

    assert bench.views.jobs() == []


def test_cancelled_and_retried_items_move_as_the_table_says(bench: Bench) -> None:
    job_id = bench.submit("a", "b")
    (first, second) = bench.views.items(job_id)

    cancelled = bench.queue.cancel([first.id, second.id], by=PERSON, why="sent by mistake")
    retried = bench.queue.retry([first.id], by=PERSON, why="needed after all")

    assert (cancelled, retried) == (2, 1)
    assert bench.state(first.id) == ItemState.PENDING
    assert bench.state(second.id) == ItemState.CANCELLED
    assert bench.views.job(job_id).state == JobState.OPEN


def test_a_running_item_is_not_cancelled(bench: Bench) -> None:
    bench.submit("a")
    claim = bench.claim()

    cancelled = bench.queue.cancel([claim.item_id], by=PERSON, why="too late")

    assert cancelled == 0
    assert bench.state(claim.item_id) == ItemState.RUNNING


def test_a_cancelled_item_is_not_retried_beside_a_newer_one(bench: Bench) -> None:
    job_id = bench.submit("a")
    (old,) = bench.views.items(job_id)
    bench.queue.cancel([old.id], by=PERSON, why="sent by mistake")
    bench.submit("a")

    with pytest.raises(UsageError, match="has the same key"):
        bench.queue.retry([old.id], by=PERSON, why="try")

    assert bench.state(old.id) == ItemState.CANCELLED


def test_an_item_cannot_end_while_a_write_of_it_has_no_ending(bench: Bench) -> None:
    bench.submit("a")
    claim = bench.claim()
    bench.journal(claim).intend(Write("change", "a field", {"x": 1}, {"x": 2}))

    state = bench.finish(claim, FAILED)

    item = bench.views.item(claim.item_id)
    assert state == ItemState.FAILED
    assert item.failure == Failure.IN_DOUBT
    assert [one.state for one in bench.views.effects(claim.job_id)] == ["in_doubt"]


def test_every_attempt_is_kept_with_its_end(bench: Bench) -> None:
    bench.submit("a")
    bench.claim("doomed")
    bench.queue.rescue(dead_workers=["doomed"])
    bench.finish(bench.claim())

    with bench.database.reading() as connection:
        ends = connection.execute(select(attempt.c.ended).order_by(attempt.c.started_at)).scalars().all()

    assert ends == ["rescued", "completed"]


def test_the_record_of_all_moves_verifies(bench: Bench) -> None:
    job_id = bench.submit("a", "b", "c")
    bench.finish(bench.claim(), FAILED)
    bench.finish(bench.claim())
    bench.queue.cancel([one.id for one in bench.views.items(job_id)], by=PERSON, why="over")

    found = verify(bench.database)

    assert found.clean
    assert found.events > 8


def test_slot_that_lost_its_item_takes_no_other_with_the_same_move(bench: Bench) -> None:
    bench.submit("a", "b")
    stale = bench.claim()
    bench.clock.pass_by(seconds=61)
    bench.queue.rescue(lease=LEASE)

    with pytest.raises(ClaimLost):
        bench.queue.finish_and_claim(stale, DONE, by=BOT, workflows=["tidy_up"], lease=LEASE, worker_id="w1")

    assert [one.state for one in bench.views.items(stale.job_id)] == [ItemState.PENDING] * 2
    assert verify(bench.database).clean


def test_slots_that_go_from_job_to_job_never_wait_for_each_other_in_a_circle(bench: Bench) -> None:
    jobs = [bench.submit(*(f"{job} {number}" for number in range(30))) for job in range(2)]

    def work(name: str) -> None:
        claim = bench.queue.claim(name, ["tidy_up"], lease=LEASE)
        while claim is not None:
            claim = bench.queue.finish_and_claim(claim, DONE, by=BOT, workflows=["tidy_up"], lease=LEASE,
                                                 worker_id=name)  # fmt: skip
        bench.database.close_thread()

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(work, name) for name in ("w1", "w2")]

    assert [end.exception() for end in ends] == [None, None]
    assert [bench.views.totals(one).completed for one in jobs] == [30, 30]
    assert verify(bench.database).clean


def test_writers_that_begin_a_run_at_the_same_moment_both_write_to_it(bench: Bench) -> None:
    record, together = Record(Origin("host", "worker", "0"), bench.clock), Barrier(4)

    def write(name: str) -> None:
        with bench.database.transaction() as connection:
            if bench.database.kind == "postgresql":  # SQLite lets nobody else begin
                together.wait(60)
            record.append(connection, "system", Event(f"thing.{name}", PERSON))
        bench.database.close_thread()

    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(write, name) for name in "abcd"]

    assert [end.exception() for end in ends] == [None] * 4
    checked = verify(bench.database)
    assert (checked.clean, checked.events) == (True, 4)


def test_same_input_sent_by_many_at_the_same_moment_is_one_job(bench: Bench) -> None:
    items = [NewItem("a", {}, [RowRef("sheet", "Sheet1", 2)])]
    asked = Submission("tidy_up", "1", PERSON, items, input_digest="d" * 64, one_job=True)
    together = Barrier(4)

    def send(_number: int) -> int:
        together.wait(60)
        try:
            return bench.queue.submit(asked)
        finally:
            bench.database.close_thread()

    with ThreadPoolExecutor(4) as pool:
        ends = [pool.submit(send, number) for number in range(4)]

    refused = [end.exception() for end in ends if end.exception()]
    (made,) = [end.result() for end in ends if not end.exception()]
    assert [(type(one), getattr(one, "job_id", None)) for one in refused] == [(SameInput, made)] * 3
    assert len(bench.views.jobs()) == 1
