"""A destructive workflow writes nothing without its approval, whichever door it is tried through."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text

from rpa.approvals import change_set_of
from rpa.calendars import Calendar
from rpa.clock import local
from rpa.crew import Crew
from rpa.desk import Desk, open_desk
from rpa.exceptions import NotApproved, UsageError
from rpa.inbox import Inbox
from rpa.models import Actor, ActorKind, Submission
from rpa.planning import Request, name_files, plan_submission, read_tables
from rpa.scheduler import Scheduler
from rpa.schedules import make_schedule
from rpa.settings import ScheduleSettings, load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.conftest import HandClock
from tests.integration.cli.office import Office, make_office
from tests.integration.cli.test_approving import DISCHARGE

CLERK, SECOND = Actor(ActorKind.PERSON, "Jo Clerk"), Actor(ActorKind.PERSON, "Ann Second")
HOUR = timedelta(hours=1)


class HandedCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Attack:
    """An office with a destructive workflow, its desk, and the file it would write to."""

    office: Office
    desk: Desk
    clock: HandClock

    @property
    def saved(self) -> list[str]:
        path = self.office.folder / "procedures" / "referrals.json"
        return sorted(json.loads(path.read_text())) if path.exists() else []

    def list(self, rows: int) -> Path:
        return self.office.list(*["x"] * rows)

    def plan(self, rows: int) -> int:
        """Make a plan of so many items, and return its number."""
        made = self.desk.submit("discharge", [str(self.list(rows))], by=CLERK, dry_run=True, again=True)
        self.work()
        return made.job.id

    def approve(self, plan: int) -> None:
        self.desk.approvals.approve(change_set_of(self.desk.views, plan), by=SECOND, holds=HOUR)

    def work(self) -> None:
        crew = cast(Crew, HandedCrew({}))
        self.desk.worker(crew).run_alone(this_process(), until=self.desk.nothing_waits)

    def by_hand(self, statement: str, **values: object) -> None:
        with self.desk.database.transaction() as connection:
            connection.execute(text(statement), values)

    def codes(self, job: int) -> set[str | None]:
        return {one.code for one in self.desk.views.items(job)}

    def read(self, rows: int) -> Submission:
        """Read a list as a program would that goes round the desk."""
        workflow = self.desk.workflows.get("discharge")
        tables = read_tables(workflow, name_files(workflow, [str(self.list(rows))]))
        return plan_submission(workflow, tables, Request({}, CLERK, local(self.clock.now()).date()))


@pytest.fixture
def attack(tmp_path: Path, database_url: str, clock: HandClock) -> Iterator[Attack]:
    office = make_office(tmp_path)
    (tmp_path / "procedures" / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    with closing(open_desk(load_settings(office.data, database_url=database_url), clock)) as desk:
        yield Attack(office, desk, clock)


def test_program_that_asks_the_desk_is_refused(attack: Attack) -> None:
    with pytest.raises(UsageError, match="needs approval by a second person"):
        attack.desk.submit("discharge", [str(attack.list(1))], by=CLERK)

    assert attack.desk.views.jobs() == []


def test_program_that_goes_round_the_desk_writes_nothing(attack: Attack) -> None:
    job = attack.desk.queue.submit(attack.read(2))

    attack.work()

    assert (attack.codes(job), attack.saved) == ({"NOT_APPROVED"}, [])


def test_schedule_makes_no_job_of_it(attack: Attack) -> None:
    settings = ScheduleSettings(workflow="discharge", files=(str(attack.list(1)),), cron="0 * * * *")
    scheduler = Scheduler(attack.desk, [make_schedule("hourly", settings, Calendar())], now=attack.clock.now)
    scheduler.tick()

    attack.clock.pass_by(hours=1, seconds=1)
    scheduler.tick()

    attack.work()
    assert (attack.desk.views.jobs(), attack.saved) == ([], [])


def test_drop_folder_makes_no_job_of_it(attack: Attack) -> None:
    inbox = Inbox(attack.desk)
    inbox.tick()
    shutil.copyfile(attack.list(1), attack.office.data / "inbox" / "discharge" / "list.csv")

    for _ in range(8):
        inbox.tick()
        attack.clock.pass_by(seconds=2)

    attack.work()
    (answer,) = [one for one in (attack.office.data / "outbox" / "discharge").iterdir() if one.suffix == ".txt"]
    assert "needs approval by a second person" in answer.read_text(encoding="utf-8-sig")
    assert (attack.desk.views.jobs(), attack.saved) == ([], [])


def test_item_of_a_rejected_plan_that_is_retried_is_only_planned_again(attack: Attack) -> None:
    attack.office.folder.joinpath("procedures", "referrals.json").write_text(json.dumps({}))
    plan = attack.plan(2)
    attack.desk.approvals.reject(change_set_of(attack.desk.views, plan), by=SECOND, why="Not these.")
    (first, _) = attack.desk.views.items(plan)
    attack.by_hand("UPDATE item SET state = 'failed', failure = 'system', code = 'X' WHERE id = :id", id=first.id)

    attack.desk.queue.retry([first.id], by=CLERK, why="once more")
    attack.work()

    assert attack.saved == []
    with pytest.raises(NotApproved, match="Ann Second rejected job 1"):
        attack.desk.apply(plan, by=CLERK)


def test_approval_row_that_was_changed_by_hand_does_not_count(attack: Attack) -> None:
    plan = attack.plan(2)
    attack.desk.approvals.reject(change_set_of(attack.desk.views, plan), by=SECOND, why="Not these.")
    attack.by_hand("UPDATE approval SET decision = 'approved'")

    with pytest.raises(NotApproved, match="was not given by rpa, or was changed since"):
        attack.desk.apply(plan, by=CLERK)

    attack.by_hand("UPDATE job SET dry_run = 0, state = 'open', open_items = 2, applies = 1")
    attack.by_hand("UPDATE item SET state = 'pending', turn = id * 2, outcome = NULL")
    attack.work()
    assert (attack.codes(plan), attack.saved) == ({"NOT_APPROVED"}, [])


def test_job_that_is_said_by_hand_to_carry_out_an_approved_plan_writes_nothing(attack: Attack) -> None:
    plan = attack.plan(3)
    attack.approve(plan)
    other = attack.desk.queue.submit(attack.read(3))  # all three, where the canary would have been two

    attack.by_hand("UPDATE job SET applies = :plan WHERE id = :other", plan=plan, other=other)

    attack.work()
    assert (attack.codes(other), attack.saved) == ({"NOT_APPROVED"}, [])


def test_item_that_is_put_into_an_approved_job_by_hand_is_not_written(attack: Attack) -> None:
    plan = attack.plan(1)
    attack.approve(plan)
    job = attack.desk.apply(plan, by=CLERK).job.id
    number = attack.office.numbers[5]

    attack.by_hand("UPDATE item SET key = :key WHERE job_id = :job", key=number, job=job)

    attack.work()
    assert (attack.codes(job), attack.saved) == ({"NOT_APPROVED"}, [])
