"""Figures tell once and for good what came of a row, and when, whatever people do with it later."""

from datetime import timedelta

import pytest

from rpa.audit import Pseudonyms
from rpa.erasure import Eraser
from rpa.figures import by_week, ended_jobs
from rpa.models import Ending, LostRow, NewItem, RowRef, Submission
from rpa.states import Failure, ItemState, RowEnd, Taken
from tests.integration.conftest import PERSON, Bench
from tests.integration.deciding import decided

FAILED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")
WEEK = 7 * 24 * 3600


def counted(bench: Bench) -> list[tuple[int, int, int, list[int]]]:
    """Return done, needed a person, not used and minutes of the last and of this week."""
    now = bench.clock.now()
    weeks = by_week(ended_jobs(bench.database, since=now - timedelta(weeks=12)), until=now, weeks=2)
    return [(one.done, one.needed_person, one.not_used, [round(took) for took in one.minutes]) for one in weeks]


def one_fails_of_three(bench: Bench) -> int:
    """Do a job in ten minutes, and return the number of its item that failed."""
    bench.submit("a", "b", "c")
    bench.clock.pass_by(seconds=600)
    bench.finish(bench.claim())
    bench.finish(bench.claim())
    failed = bench.claim()
    bench.finish(failed, FAILED)
    return failed.item_id


@pytest.mark.parametrize("how", [Taken.BY_HAND, Taken.LEFT_OUT, None])
def test_a_row_that_a_person_saw_to_later_still_needed_a_person(bench: Bench, how: Taken | None) -> None:
    failed = one_fails_of_three(bench)
    before = counted(bench)

    bench.queue.cancel([failed], by=PERSON, why="seen to", how=how)

    assert counted(bench) == before == [(0, 0, 0, []), (2, 1, 0, [10])]


@pytest.mark.parametrize("how", [Taken.BY_HAND, Taken.LEFT_OUT])
def test_a_row_that_a_person_saw_to_while_the_others_were_done_needed_a_person_too(bench: Bench, how: Taken) -> None:
    bench.submit("a", "b")
    failed = bench.claim()
    bench.finish(failed, FAILED)
    bench.queue.cancel([failed.item_id], by=PERSON, why="seen to", how=how)
    bench.finish(bench.claim())

    assert counted(bench)[1][:3] == (1, 1, 0)


def test_a_row_that_was_stopped_before_its_turn_was_not_used(bench: Bench) -> None:
    bench.submit("a", "b")
    bench.queue.cancel([2], by=PERSON, why="not wanted")
    bench.finish(bench.claim())

    assert counted(bench)[1][:3] == (1, 0, 1)


def test_a_row_that_is_put_back_moves_nothing_of_its_job_to_another_week(bench: Bench) -> None:
    failed = one_fails_of_three(bench)
    bench.clock.pass_by(seconds=WEEK)

    bench.queue.retry([failed], by=PERSON, why="the list was put right")
    waiting = counted(bench)
    bench.finish(bench.claim())

    assert waiting == [(2, 1, 0, []), (0, 0, 0, [])]
    assert counted(bench) == [(2, 1, 0, []), (1, 0, 0, [WEEK // 60 + 10])]


def test_a_row_that_fails_again_needed_a_person_once(bench: Bench) -> None:
    failed = one_fails_of_three(bench)
    bench.queue.retry([failed], by=PERSON, why="the list was put right")
    bench.finish(bench.claim(), FAILED)

    assert counted(bench)[1][:3] == (2, 1, 0)


@pytest.mark.parametrize("first", ["rest of its list", "row that was sent again"])
def test_a_row_that_a_later_job_did_is_counted_once_as_done(bench: Bench, first: str) -> None:
    bench.submit("a", "b")
    bench.finish(bench.claim(), FAILED)
    rest = bench.claim()
    bench.submit("a")
    again = bench.claim()
    assert again.job_id == 2

    for one in (rest, again) if first == "rest of its list" else (again, rest):
        bench.finish(one)

    assert counted(bench)[1][:3] == (2, 1, 0)


def test_a_row_that_a_later_job_did_is_not_counted_again_when_another_row_is_put_back(bench: Bench) -> None:
    bench.submit("a", "b")
    bench.finish(bench.claim(), FAILED)
    other = bench.claim()
    bench.finish(other, FAILED)
    bench.submit("a")
    bench.finish(bench.claim())

    bench.queue.retry([other.item_id], by=PERSON, why="the list was put right")
    bench.finish(bench.claim())

    assert counted(bench)[1][:3] == (2, 2, 0)


def test_rows_of_a_workbook_that_were_not_sent_again_are_no_new_rows(bench: Bench) -> None:
    left = [LostRow(RowRef("sheet", "Sheet1", row), RowEnd.LEFT_OUT) for row in (3, 4)]
    unread = LostRow(RowRef("sheet", "Sheet1", 5), RowEnd.REJECTED)
    again = [NewItem("a", {"value": "a"}, [RowRef("sheet", "Sheet1", 2)])]
    bench.queue.submit(Submission("tidy_up", "1", PERSON, again, other_rows=[*left, unread]))
    bench.finish(bench.claim())

    assert counted(bench)[1][:3] == (1, 0, 1)


def test_an_erasure_changes_no_figure_also_when_another_row_is_put_back_after_it(bench: Bench) -> None:
    failed = one_fails_of_three(bench)
    before, eraser = counted(bench), Eraser(bench.database, bench.journals.record, Pseudonyms(b"k" * 32))

    eraser.patient([1], decided())
    erased = counted(bench)
    bench.queue.retry([failed], by=PERSON, why="the list was put right")
    bench.finish(bench.claim())
    done = counted(bench)
    eraser.patient([failed], decided())

    assert erased == before
    assert done[1][:3] == counted(bench)[1][:3] == (3, 1, 0)


def test_plans_are_left_out(bench: Bench) -> None:
    plan = [NewItem("a", {"value": "a"}, [RowRef("sheet", "Sheet1", 2)])]
    bench.queue.submit(Submission("tidy_up", "1", PERSON, plan, dry_run=True))
    bench.finish(bench.claim())

    assert counted(bench)[1] == (0, 0, 0, [])
