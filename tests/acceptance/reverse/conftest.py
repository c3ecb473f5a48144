"""A desk at a practice clinic in each skin, with one warm browser, and two people who plan and approve."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from rpa.approvals import Signer, change_set_of
from rpa.bots import PracticePas
from rpa.clock import SystemClock
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.crew import Crew
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind
from rpa.settings import load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.acceptance.bot.conftest import bot_of

CLERK, SECOND = Actor(ActorKind.PERSON, "A. Clerk"), "B. Second"
WORDS = "purple kettle meadow"
WORKFLOWS = Path(__file__).parents[3] / "workflows"
Tables = dict[str, list[tuple[Any, ...]]]


class HandedCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Stage:
    """A clinic, its bot, a desk, and what people do at it."""

    clinic: Clinic
    pas: PracticePas
    desk: Desk
    folder: Path
    second: Signer
    """Who may approve."""

    def tables(self) -> Tables:
        """Return every row of every table of the clinic, but for its own log of writes."""
        with closing(sqlite3.connect(self.clinic.database)) as connection:
            names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608 - its own names
                for name in names
                if name != "write_log"
            }

    def change(self, statement: str, *values: str) -> None:
        """Do in the clinic what somebody else would."""
        with closing(sqlite3.connect(self.clinic.database)) as connection, connection:
            connection.execute(statement, values)

    def plan(self, workflow: str, *files: Path) -> int:
        made = self.desk.submit(workflow, [str(one) for one in files], by=CLERK, dry_run=True, again=True)
        self.work()
        return made.job.id

    def apply_first(self, plan: int) -> int:
        """Approve a plan and do all of it, or its canary if it has one."""
        job = self.approved(plan)
        self.work()
        return job

    def approved(self, plan: int) -> int:
        """Approve a plan, and make the job that carries it out."""
        self.desk.approvals.approve(change_set_of(self.desk.views, plan), by=self.second, holds=timedelta(hours=1))
        return self.desk.apply(plan, by=CLERK).job.id

    def apply(self, plan: int) -> list[int]:
        """Approve a plan and do all of it, its canary first."""
        found = change_set_of(self.desk.views, plan)
        jobs = [self.apply_first(plan)]
        needs = self.desk.workflows.get(found.workflow).options.approval
        if needs is not None and needs.canary < len({one.key for one in found.changes}):
            jobs.append(self.desk.apply(plan, by=CLERK, rest=True).job.id)
            self.work()
        return jobs

    def reverse(self, job: int) -> list[int]:
        return self.apply(self.plan_reversal(job))

    def plan_reversal(self, job: int) -> int:
        made = self.desk.reverse(job, by=CLERK, why="Tried out.")
        self.work()
        return made.job.id

    def work(self) -> None:
        crew = cast(Crew, HandedCrew({PracticePas: self.pas}))
        self.desk.worker(crew).run_alone(this_process(), until=self.desk.nothing_waits)

    def endings(self, job: int) -> dict[str, str]:
        """Return how each item of a job ended, by its key and in the order of the sheet."""
        items = [one.item for one in self.desk.views.rows(job) if one.item]
        return {one.key: one.code or one.outcome or one.state for one in items}


def let_in(desk: Desk) -> Signer:
    """Let somebody in who may approve."""
    desk.approvals.approvers.add(SECOND, WORDS, by=CLERK)
    return desk.approvals.approvers.sign_in(SECOND, WORDS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings(timeout=20)) as warm:
        yield warm


@pytest.fixture(scope="module", params=["modern", "legacy"])
def stage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    seed(folder / "clinic.sqlite", appointments=60, today=SystemClock().now().date())
    settings = load_settings(folder / "rpa", workflows=(str(WORKFLOWS),))
    with Clinic(folder, skin=request.param) as clinic, closing(open_desk(settings)) as desk:
        yield Stage(clinic, bot_of(clinic, browser), desk, folder, let_in(desk))
