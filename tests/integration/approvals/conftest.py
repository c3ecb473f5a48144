"""An office with workflows that need approval or can be put back, and its desk, on each database in turn."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text

from rpa.approvals import Signer, change_set_of
from rpa.clock import local
from rpa.crew import Crew
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Submission
from rpa.planning import Request, name_files, plan_submission, read_tables
from rpa.settings import load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.conftest import HandClock
from tests.integration.approvals.moving import WORKFLOWS
from tests.integration.cli.office import Office, make_office
from tests.integration.cli.test_approving import DISCHARGE, WORDS

CLERK = Actor(ActorKind.PERSON, "Jo Clerk")


class HandedCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Bureau:
    """An office, its desk, and what people do at it."""

    office: Office
    desk: Desk
    clock: HandClock
    second: Signer
    """Who may approve."""

    @property
    def referrals(self) -> list[str]:
        """Return what was discharged."""
        return sorted(self._kept("referrals.json"))

    @property
    def clinics(self) -> dict[str, Any]:
        """Return what was moved, and where to."""
        return self._kept("clinics.json")

    def put(self, place: str, value: object) -> None:
        """Write what somebody else writes beside the robot."""
        path = self.office.folder / "procedures" / "clinics.json"
        path.write_text(json.dumps({**self.clinics, place: value}), encoding="utf-8")

    def plan(self, rows: int) -> int:
        """Plan to discharge so many referrals, and return the number of the job."""
        return self.do("discharge", *["x"] * rows, dry_run=True)

    def do(self, workflow: str, *fates: str, dry_run: bool = False) -> int:
        path = str(self.office.list(*fates))
        made = self.desk.submit(workflow, [path], by=CLERK, dry_run=dry_run, again=True)
        self.work()
        return made.job.id

    def approve(self, plan: int) -> None:
        self.desk.approvals.approve(change_set_of(self.desk.views, plan), by=self.second, holds=timedelta(hours=1))

    def apply(self, plan: int) -> int:
        job = self.desk.apply(plan, by=CLERK).job.id
        self.work()
        return job

    def plan_reversal(self, job: int, *, again: bool = False) -> int:
        made = self.desk.reverse(job, by=CLERK, again=again)
        self.work()
        return made.job.id

    def reverse(self, job: int) -> int:
        """Put a job back, and return the number of the one that did it."""
        plan = self.plan_reversal(job)
        self.approve(plan)
        return self.apply(plan)

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
        path = str(self.office.list(*["x"] * rows))
        tables = read_tables(workflow, name_files(workflow, [path]))
        return plan_submission(workflow, tables, Request({}, CLERK, local(self.clock.now()).date()))

    def _kept(self, name: str) -> dict[str, Any]:
        path = self.office.folder / "procedures" / name
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return found


@pytest.fixture
def bureau(tmp_path: Path, database_url: str, clock: HandClock) -> Iterator[Bureau]:
    office = make_office(tmp_path)
    (tmp_path / "procedures" / "discharge.py").write_text(DISCHARGE, encoding="utf-8")
    (tmp_path / "procedures" / "move.py").write_text(WORKFLOWS, encoding="utf-8")
    with closing(open_desk(load_settings(office.data, database_url=database_url), clock)) as desk:
        approvers = desk.approvals.approvers
        approvers.add("Ann Second", WORDS, by=CLERK)
        yield Bureau(office, desk, clock, approvers.sign_in("Ann Second", WORDS))
