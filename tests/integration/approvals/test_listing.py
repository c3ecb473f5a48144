"""Which plans wait for somebody who decides, what one of them would change, and that no index is missed."""

from collections.abc import Callable
from typing import Any

import pytest

from rpa.approvals import change_set_of, changes_of, fields_changed, plans_decided, plans_waiting, size_of
from rpa.db import Database
from tests.integration.approvals.conftest import CLERK, Bureau
from tests.integration.test_lists import plans_of, reads_a_whole_table


def test_a_plan_waits_until_somebody_has_decided(bureau: Bureau) -> None:
    first, second = bureau.plan(2), bureau.plan(1)
    bureau.do("move", "fine")

    before = plans_waiting(bureau.desk.database)
    bureau.approve(first)

    assert [(one.job_id, one.changes, one.items) for one in before] == [(second, 1, 1), (first, 2, 2)]
    assert [one.job_id for one in plans_waiting(bureau.desk.database)] == [second]
    (decided,) = plans_decided(bureau.desk.database)
    assert (decided.job_id, decided.decision, decided.decided_by) == (first, "approved", "Ann Second")


def test_what_would_change_nothing_and_what_only_looks_waits_for_nobody(bureau: Bureau) -> None:
    plan = bureau.plan(1)
    bureau.desk.look_again(plan, by=CLERK)
    bureau.work()
    bureau.approve(plan)
    bureau.apply(plan)

    bureau.plan(1)

    assert plans_waiting(bureau.desk.database) == []


def test_what_is_right_already_is_no_part_of_what_is_approved(bureau: Bureau) -> None:
    bureau.put(f"{bureau.office.numbers[0]}, clinic", "new")

    plan = bureau.do("move", "fine", "fine", dry_run=True)

    (planned,) = change_set_of(bureau.desk.views, plan).changes
    assert planned.what == f"place of {bureau.office.numbers[1]}, clinic"
    assert (dict(planned.before), dict(planned.after)) == ({"clinic": "old"}, {"clinic": "new"})


def test_plans_and_changes_come_a_page_at_a_time(bureau: Bureau) -> None:
    made = [bureau.plan(3) for _ in range(3)]

    newest = plans_waiting(bureau.desk.database, limit=2)
    older = plans_waiting(bureau.desk.database, before=newest[-1].job_id, limit=2)
    first = changes_of(bureau.desk.database, made[0], limit=2)
    second = changes_of(bureau.desk.database, made[0], after=first.following or 0, limit=2)

    assert [one.job_id for one in newest + older] == made[::-1]
    assert (*first.changes, *second.changes) == change_set_of(bureau.desk.views, made[0]).changes
    assert second.following is None
    assert size_of(bureau.desk.database, made[0]) == (3, 3)
    assert fields_changed(bureau.desk.database, made[0]) == {"state": 3}


@pytest.mark.parametrize(
    "ask",
    [
        lambda database: plans_waiting(database, before=9),
        lambda database: plans_decided(database, before=9, workflows=["discharge"]),
        lambda database: changes_of(database, 1, after=1),
        lambda database: size_of(database, 1),
    ],
)
def test_no_list_of_plans_reads_a_whole_table(bureau: Bureau, ask: Callable[[Database], Any]) -> None:
    bureau.plan(2)

    plans = plans_of(bureau.desk.database, lambda: ask(bureau.desk.database))

    assert plans
    # The index of plans is as long as there are plans: few beside what there is of other jobs.
    assert [line for line in plans if reads_a_whole_table(line) and "ix_job_plan" not in line] == []


def test_what_carries_a_plan_out_is_found_without_reading_all_jobs(bureau: Bureau) -> None:
    plans = plans_of(bureau.desk.database, lambda: bureau.desk.views.carried_out_by(1))

    assert plans
    assert [line for line in plans if reads_a_whole_table(line)] == []
