"""A destructive workflow writes nothing without its approval, whichever door it is tried through."""

import shutil

import pytest

from rpa.approvals import change_set_of
from rpa.calendars import Calendar
from rpa.exceptions import NotApproved, UsageError
from rpa.inbox import Inbox
from rpa.scheduler import Scheduler
from rpa.schedules import make_schedule
from rpa.settings import ScheduleSettings
from tests.integration.approvals.conftest import CLERK, Bureau


def test_program_that_asks_the_desk_is_refused(bureau: Bureau) -> None:
    with pytest.raises(UsageError, match="needs approval by a second person"):
        bureau.desk.submit("discharge", [str(bureau.office.list("x"))], by=CLERK)

    assert bureau.desk.views.jobs() == []


def test_program_that_goes_round_the_desk_writes_nothing(bureau: Bureau) -> None:
    job = bureau.desk.queue.submit(bureau.read(2))

    bureau.work()

    assert (bureau.codes(job), bureau.referrals) == ({"NOT_APPROVED"}, [])


def test_schedule_makes_no_job_of_it(bureau: Bureau) -> None:
    settings = ScheduleSettings(workflow="discharge", files=(str(bureau.office.list("x")),), cron="0 * * * *")
    scheduler = Scheduler(bureau.desk, [make_schedule("hourly", settings, Calendar())], now=bureau.clock.now)
    scheduler.tick()

    bureau.clock.pass_by(hours=1, seconds=1)
    scheduler.tick()

    bureau.work()
    assert (bureau.desk.views.jobs(), bureau.referrals) == ([], [])


def test_drop_folder_makes_no_job_of_it(bureau: Bureau) -> None:
    inbox = Inbox(bureau.desk)
    inbox.tick()
    shutil.copyfile(bureau.office.list("x"), bureau.office.data / "inbox" / "discharge" / "list.csv")

    for _ in range(8):
        inbox.tick()
        bureau.clock.pass_by(seconds=2)

    bureau.work()
    (answer,) = [one for one in (bureau.office.data / "outbox" / "discharge").iterdir() if one.suffix == ".txt"]
    assert "needs approval by a second person" in answer.read_text(encoding="utf-8-sig")
    assert (bureau.desk.views.jobs(), bureau.referrals) == ([], [])


def test_item_of_a_rejected_plan_that_is_retried_is_only_planned_again(bureau: Bureau) -> None:
    plan = bureau.plan(2)
    bureau.desk.approvals.reject(change_set_of(bureau.desk.views, plan), by=bureau.second, why="Not these.")
    (first, _) = bureau.desk.views.items(plan)
    bureau.by_hand("UPDATE item SET state = 'failed', failure = 'system', code = 'X' WHERE id = :id", id=first.id)

    bureau.desk.queue.retry([first.id], by=CLERK, why="once more")
    bureau.work()

    assert bureau.referrals == []
    with pytest.raises(NotApproved, match="Ann Second rejected job 1"):
        bureau.desk.apply(plan, by=CLERK)


def test_approval_row_that_was_changed_by_hand_does_not_count(bureau: Bureau) -> None:
    plan = bureau.plan(2)
    bureau.desk.approvals.reject(change_set_of(bureau.desk.views, plan), by=bureau.second, why="Not these.")
    bureau.by_hand("UPDATE approval SET decision = 'approved'")

    with pytest.raises(NotApproved, match="was not given by rpa, or was changed since"):
        bureau.desk.apply(plan, by=CLERK)

    bureau.by_hand("UPDATE job SET dry_run = 0, state = 'open', open_items = 2, applies = 1")
    bureau.by_hand("UPDATE item SET state = 'pending', turn = id * 2, outcome = NULL")
    bureau.work()
    assert (bureau.codes(plan), bureau.referrals) == ({"NOT_APPROVED"}, [])


def test_job_that_is_said_by_hand_to_carry_out_an_approved_plan_writes_nothing(bureau: Bureau) -> None:
    plan = bureau.plan(3)
    bureau.approve(plan)
    other = bureau.desk.queue.submit(bureau.read(3))  # all three, where the canary would have been two

    bureau.by_hand("UPDATE job SET applies = :plan WHERE id = :other", plan=plan, other=other)

    bureau.work()
    assert (bureau.codes(other), bureau.referrals) == ({"NOT_APPROVED"}, [])


def test_item_that_is_put_into_an_approved_job_by_hand_is_not_written(bureau: Bureau) -> None:
    plan = bureau.plan(1)
    bureau.approve(plan)
    job = bureau.desk.apply(plan, by=CLERK).job.id
    number = bureau.office.numbers[5]

    bureau.by_hand("UPDATE item SET key = :key WHERE job_id = :job", key=number, job=job)

    bureau.work()
    assert (bureau.codes(job), bureau.referrals) == ({"NOT_APPROVED"}, [])
