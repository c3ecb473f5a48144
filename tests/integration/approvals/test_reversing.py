"""What a job changed is put back: from the record, once, and never without approval, whatever a hand does."""

import pytest

from rpa.approvals import change_set_of
from rpa.audit import Trail
from rpa.exceptions import NotApproved, UsageError
from tests.integration.approvals.conftest import CLERK, Bureau


def test_what_was_changed_last_is_put_back_first(bureau: Bureau) -> None:
    job = bureau.do("move", "x", "twice")

    plan = bureau.plan_reversal(job)

    first, second = bureau.office.numbers[:2]
    planned = [one.what for one in change_set_of(bureau.desk.views, plan).changes]
    assert planned == [f"place of {second}, clinic", f"place of {second}, room", f"place of {first}, clinic"]


def test_job_is_put_back_once(bureau: Bureau) -> None:
    job = bureau.do("move", "x")
    plan = bureau.plan_reversal(job)
    same = bureau.desk.reverse(job, by=CLERK)
    bureau.approve(plan)
    bureau.apply(plan)

    assert (same.job.id, same.is_new) == (plan, False)
    with pytest.raises(UsageError, match="all that job 1 changed was put back already"):
        bureau.desk.reverse(job, by=CLERK, again=True)


def test_two_plans_that_put_one_job_back_write_once(bureau: Bureau) -> None:
    job = bureau.do("move", "x")
    plans = [bureau.plan_reversal(job), bureau.plan_reversal(job, again=True)]
    for plan in plans:
        bureau.approve(plan)

    done = [bureau.apply(plan) for plan in plans]

    told = [{one.name for one in Trail(bureau.desk.database).of_run(f"job-{one}")} for one in done]
    assert ["change.intended" in names for names in told] == [True, False]
    assert "change.already" in told[1]


def test_reversal_is_not_reversed_itself(bureau: Bureau) -> None:
    back = bureau.reverse(bureau.do("move", "x"))

    with pytest.raises(UsageError, match="job 3 put back what job 1 had changed"):
        bureau.desk.reverse(back, by=CLERK)


def test_what_somebody_changed_since_stays_as_it_is(bureau: Bureau) -> None:
    plan = bureau.plan_reversal(bureau.do("move", "x", "x"))
    bureau.approve(plan)
    first, second = (f"{number}, clinic" for number in bureau.office.numbers[:2])
    bureau.put(first, "third")

    back = bureau.apply(plan)

    assert bureau.clinics == {first: "third", second: "old"}
    assert bureau.codes(back) == {None, "STALE"}


def test_plan_and_job_that_changed_nothing_have_nothing_to_put_back(bureau: Bureau) -> None:
    plan = bureau.do("move", "x", dry_run=True)
    bureau.put(f"{bureau.office.numbers[0]}, clinic", "new")
    nothing = bureau.do("move", "x")

    with pytest.raises(UsageError, match="job 1 is a plan and has written nothing"):
        bureau.desk.reverse(plan, by=CLERK)
    with pytest.raises(UsageError, match="job 2 changed nothing that could be put back"):
        bureau.desk.reverse(nothing, by=CLERK)


def test_job_that_still_waits_is_not_put_back(bureau: Bureau) -> None:
    job = bureau.desk.submit("move", [str(bureau.office.list("x"))], by=CLERK).job.id

    with pytest.raises(UsageError, match="job 1 has 1 items that wait or run"):
        bureau.desk.reverse(job, by=CLERK)


def test_value_changed_by_hand_in_the_database_is_not_what_is_put_back(bureau: Bureau) -> None:
    job = bureau.do("move", "x")
    bureau.by_hand("UPDATE effect SET before = after")

    plan = bureau.plan_reversal(job)

    assert [one.after for one in change_set_of(bureau.desk.views, plan).changes] == [{"clinic": "old"}]


def test_nothing_is_put_back_before_somebody_has_approved_it(bureau: Bureau) -> None:
    plan = bureau.plan_reversal(bureau.do("move", "x"))

    with pytest.raises(NotApproved, match="nobody has approved job 2 yet"):
        bureau.apply(plan)

    assert set(bureau.clinics.values()) == {"new"}


@pytest.mark.parametrize("said", ["applies = NULL", "applies = 2", "applies = 1", "reverses = 2"])
def test_hand_in_the_database_can_not_let_a_reversal_write(bureau: Bureau, said: str) -> None:
    plan = bureau.desk.reverse(bureau.do("move", "x"), by=CLERK).job.id

    bureau.by_hand(f"UPDATE job SET dry_run = 0, {said} WHERE id = :id", id=plan)  # noqa: S608 - from the list above

    bureau.work()
    assert bureau.codes(plan) == {"NOT_APPROVED"}
    assert set(bureau.clinics.values()) == {"new"}


def test_job_turned_into_a_reversal_by_hand_does_not_write(bureau: Bureau) -> None:
    job = bureau.do("move", "x")
    other = bureau.desk.submit("move_for_ever", [str(bureau.office.list("x", "x"))], by=CLERK).job.id

    bureau.by_hand("UPDATE job SET reverses = :job WHERE id = :other", job=job, other=other)

    bureau.work()
    assert bureau.codes(other) == {"NOT_APPROVED"}


@pytest.mark.parametrize("said", ["reverses = NULL", "reverses = 3", "applies = 1"])
def test_approved_reversal_turned_into_something_else_by_hand_does_not_write(bureau: Bureau, said: str) -> None:
    plan = bureau.plan_reversal(bureau.do("move", "x"))
    bureau.approve(plan)
    back = bureau.desk.apply(plan, by=CLERK).job.id

    bureau.by_hand(f"UPDATE job SET {said} WHERE id = :id", id=back)  # noqa: S608 - from the list above

    bureau.work()
    assert bureau.codes(back) == {"NOT_APPROVED"}
    assert set(bureau.clinics.values()) == {"new"}
