"""What was done since midnight: counted, told slot by slot, and found by an index alone."""

from datetime import timedelta

from rpa.models import Claim, Ending, NewItem, RowRef, Submission
from rpa.states import Failure, ItemState
from rpa.today import lanes, midnight, stretches, today
from rpa.workers import Identity, Workers
from tests.integration.conftest import PERSON, Bench
from tests.integration.test_lists import plans_of, reads_a_whole_table

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")


def later(bench: Bench, claim: Claim) -> Ending:
    return Ending(ItemState.PENDING, code="TIMEOUT", retry_at=bench.clock.now() + timedelta(hours=1))


def test_rows_of_today_are_counted_by_how_they_ended_and_by_who_did_them(bench: Bench) -> None:
    bench.submit("a", "b", "c", "d")
    bench.finish(bench.claim("w1"))
    bench.finish(bench.claim("w2"))
    bench.finish(bench.claim("w2"), FAILED)
    last = bench.claim("w1")
    bench.finish(last, later(bench, last))

    found = today(bench.database, bench.clock.now())

    assert (found.done, found.needed_person, found.tried_again) == (2, 1, 1)
    assert found.done_by == {"w1": 1, "w2": 1}
    assert found.last_at == max(one.until for one in stretches(bench.database, bench.clock.now()))
    assert found.is_all


def test_rows_of_plans_are_not_done(bench: Bench) -> None:
    plan = [NewItem(key, {"value": key}, [RowRef("sheet", "Sheet1", row)]) for row, key in enumerate("ab", 2)]
    bench.queue.submit(Submission("tidy_up", "1", PERSON, plan, dry_run=True))
    bench.finish(bench.claim("w1"))
    bench.finish(bench.claim("w1"), FAILED)
    bench.submit("c")
    bench.finish(bench.claim("w2"))

    found = today(bench.database, bench.clock.now())

    assert (found.done, found.needed_person, found.done_by) == (1, 0, {"w2": 1})


def test_what_was_done_yesterday_is_not_of_today_but_says_when_the_last_was(bench: Bench) -> None:
    bench.submit("a")
    bench.finish(bench.claim())
    ended = today(bench.database, bench.clock.now()).last_at
    bench.clock.pass_by(seconds=24 * 3600)

    found = today(bench.database, bench.clock.now())

    assert (found.done, found.last_at) == (0, ended)
    assert stretches(bench.database, bench.clock.now()) == []


def test_the_day_begins_at_midnight_where_the_trust_is(bench: Bench) -> None:
    summer = bench.clock.now().replace(month=7, day=2, hour=0, minute=30)

    assert midnight(summer).isoformat() == f"{summer.year}-07-02T00:00:00+01:00"


def test_a_slot_that_rests_or_changes_its_job_begins_a_stretch_anew(bench: Bench) -> None:
    Workers(bench.database, bench.journals.record, bench.clock).register(Identity("w1", "ward-3", 7, "then", "p", 2))
    bench.submit("a", "b", "c")
    bench.finish(bench.claim())
    bench.finish(bench.claim(), FAILED)
    bench.clock.pass_by(seconds=600)
    bench.finish(bench.claim())
    bench.submit("d")
    bench.finish(bench.claim())

    found = stretches(bench.database, bench.clock.now())

    assert [(one.job_id, one.items, one.needed_person) for one in found] == [(1, 2, 1), (1, 1, 0), (2, 1, 0)]
    assert list(lanes(found)) == ["ward-3, slot 2"]


def test_a_slot_that_nobody_knows_any_more_has_a_lane_all_the_same(bench: Bench) -> None:
    bench.submit("a")
    bench.finish(bench.claim("w9"))

    assert list(lanes(stretches(bench.database, bench.clock.now()))) == ["a machine that is gone"]


def test_the_day_is_found_by_an_index_alone(bench: Bench) -> None:
    bench.submit("a")
    bench.finish(bench.claim())
    now = bench.clock.now()

    plans = plans_of(bench.database, lambda: (today(bench.database, now), stretches(bench.database, now)))

    assert any("ix_attempt_ended_at" in line for line in plans)
    inner = ("VALUES", "some", "anon", "Subquery", "ix_job_plan")  # what the index handed on
    assert [line for line in plans if reads_a_whole_table(line) and not any(one in line for one in inner)] == []
    assert not any("FOR ORDER BY" in line for line in plans)
