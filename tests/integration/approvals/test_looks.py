"""What has changed since a plan was made: its items are planned once more, and nothing is written."""

import threading
from datetime import timedelta

import pytest

from rpa.approvals import Seen, Since, change_set_of, failed_items, newest_look, plans_waiting, seen_by
from rpa.exceptions import UsageError
from rpa.models import Actor, ActorKind
from tests.integration.approvals.conftest import Bureau

ANN = Actor(ActorKind.PERSON, "Ann Second")


def looked(bureau: Bureau, plan: int) -> list[Seen]:
    """Look at a plan again, and return what was found of each of its changes."""
    bureau.desk.look_again(plan, by=ANN)
    bureau.work()
    look = newest_look(bureau.desk.database, plan)
    assert look is not None
    changes = change_set_of(bureau.desk.views, plan).changes
    found = seen_by(bureau.desk.database, look, changes)
    return [found[one.key, one.what] for one in changes]


def test_what_is_as_it_was_would_be_written(bureau: Bureau) -> None:
    plan = bureau.do("move", "fine", "fine", dry_run=True)

    found = looked(bureau, plan)

    assert found == [Seen(Since.SAME), Seen(Since.SAME)]
    assert bureau.clinics == {}
    assert [one.job_id for one in plans_waiting(bureau.desk.database)] == [plan]


def test_what_somebody_else_wrote_meanwhile_is_said_with_its_value(bureau: Bureau) -> None:
    plan = bureau.do("move", "fine", "fine", "fine", dry_run=True)
    numbers = bureau.office.numbers
    bureau.put(f"{numbers[0]}, clinic", "elsewhere")
    bureau.put(f"{numbers[1]}, clinic", "new")

    found = looked(bureau, plan)

    assert found == [Seen(Since.OTHER, {"clinic": "elsewhere"}), Seen(Since.RIGHT), Seen(Since.SAME)]


def test_a_look_that_got_no_answer_leaves_nothing_that_somebody_has_to_see_to(bureau: Bureau) -> None:
    plan = bureau.do("move", "fine", dry_run=True)
    bureau.put(f"{bureau.office.numbers[0]}, clinic", "elsewhere")
    before = looked(bureau, plan)
    look = newest_look(bureau.desk.database, plan)
    assert look is not None
    left = failed_items(bureau.desk.views, look)

    bureau.desk.queue.cancel(left, by=ANN, why="only looked at")

    assert len(left) == 1
    assert failed_items(bureau.desk.views, look) == []
    again = seen_by(bureau.desk.database, look, change_set_of(bureau.desk.views, plan).changes)
    assert list(again.values()) == before


def test_nobody_decides_about_a_look_at_a_plan(bureau: Bureau) -> None:
    plan = bureau.do("move", "fine", dry_run=True)
    looked(bureau, plan)
    look = newest_look(bureau.desk.database, plan)
    assert look is not None
    wrong = change_set_of(bureau.desk.views, look.id)

    with pytest.raises(UsageError, match=f"only compares plan {plan} with the system"):
        bureau.desk.approvals.approve(wrong, by=bureau.second, holds=timedelta(hours=1))
    with pytest.raises(UsageError, match=f"decide about job {plan}"):
        bureau.desk.approvals.reject(wrong, by=bureau.second, why="not these")

    assert bureau.desk.approvals.decision(look.id) is None


def test_two_who_look_at_once_are_shown_the_same_look_and_a_later_one_is_another(bureau: Bureau) -> None:
    plan = bureau.do("move", "fine", dry_run=True)
    made = []

    def look() -> None:
        made.append(bureau.desk.look_again(plan, by=ANN))
        bureau.desk.database.close_thread()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    bureau.work()
    later = bureau.desk.look_again(plan, by=ANN)

    assert len({one.job.id for one in made}) == 1
    assert sorted(one.is_new for one in made) == [False, True]
    assert later.is_new
    assert newest_look(bureau.desk.database, plan) == later.job


def test_a_plan_of_other_code_is_not_looked_at(bureau: Bureau) -> None:
    job = bureau.do("move", "fine")

    with pytest.raises(UsageError, match="is no dry run"):
        bureau.desk.look_again(job, by=ANN)
