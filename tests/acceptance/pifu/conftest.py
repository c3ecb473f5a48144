"""A practice clinic whose PIFU extract was sent and worked on, once in each skin, with one warm browser."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from rpa.bots import PracticePas
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.crew import Crew
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.snapshot import Snapshot, changes_between
from rpa.demo.pifu import PifuExtract, make_pifu_extract
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_results
from rpa.settings import load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.acceptance.bot.conftest import bot_of

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
TODAY = date(2026, 11, 23)
SOON = 2
WORKFLOWS = Path(__file__).parents[3] / "workflows"


class HandedCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Ward:
    """A clinic, its extract, and a desk with the job that was made of it."""

    clinic: Clinic
    extract: PifuExtract
    before: Snapshot
    desk: Desk
    pas: PracticePas
    folder: Path

    def send(self, file: Path, **params: Any) -> Job:
        """Send a file, let the robot do what it asks for, and return the job."""
        told = {"today": TODAY.isoformat(), **params}
        dry_run = bool(told.pop("dry_run", False))
        job = self.desk.submit("list_pifu_reviews", [str(file)], by=CLERK, params=told, dry_run=dry_run, again=True).job
        crew = cast(Crew, HandedCrew({PracticePas: self.pas}))
        self.desk.worker(crew).run_alone(this_process(), until=self.desk.nothing_waits)
        return self.desk.views.job(job.id)

    def results(self, job: Job) -> Path:
        return write_results(self.desk, job.id, self.folder / f"results of job {job.id}.xlsx")

    def endings(self, job: Job) -> dict[str, str]:
        """Return how each pathway ended that somebody should look at, or that is for a person."""
        return {
            row["pathway"]: item.code or item.outcome or ""
            for item in self.desk.views.items(job.id)
            for row in item.data["rows"]
        }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(BrowserSettings(timeout=10)) as warm:
        yield warm


@pytest.fixture(scope="module", params=["modern", "legacy"])
def ward(request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    folder = tmp_path_factory.mktemp("ward")
    seed(folder / "clinic.sqlite", appointments=150, today=TODAY)
    with Clinic(folder, skin=request.param) as clinic:
        extract = make_pifu_extract(clinic.database, folder / "extracts", today=TODAY)
        settings = load_settings(folder / "rpa", workflows=(str(WORKFLOWS),), database_url=None)
        with closing(open_desk(settings)) as desk:
            yield Ward(clinic, extract, clinic.snapshot(), desk, bot_of(clinic, browser), folder)


@pytest.fixture(scope="module")
def planned(ward: Ward) -> Job:
    """A dry run of what ends soonest, before anything was done."""
    job = ward.send(ward.extract.path, dry_run=True, days=SOON)
    assert not changes_between(ward.before, ward.clinic.snapshot())
    return job


@pytest.fixture(scope="module")
def done(ward: Ward, planned: Job) -> Job:
    """The job itself."""
    return ward.send(ward.extract.path)
