"""A clinic with news about its patients, and a desk that has updated their records: once in each skin."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from rpa.clock import SystemClock, local
from rpa.crew import Crew
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.snapshot import Snapshot
from rpa.demo.updates import News, make_update_sheet
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Effect, Job, Totals
from rpa.results import write_results
from rpa.settings import SystemSettings, load_settings
from rpa.views import RowStory
from rpa.workers import this_process

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
WORKFLOW = "update_patient_records"
WORKFLOWS = Path(__file__).parents[3] / "workflows"


@dataclass(frozen=True)
class Stage:
    """A clinic, the news about its patients, a desk and its worker."""

    clinic: Clinic
    news: Sequence[News]
    desk: Desk
    crew: Crew

    def send(self, workbook: Path) -> Job:
        job = self.desk.submit(WORKFLOW, [str(workbook)], by=CLERK).job
        self.desk.worker(self.crew).run_alone(this_process(), until=self.desk.nothing_waits)
        return self.desk.views.job(job.id)

    def results(self, job: Job, folder: Path) -> Path:
        return write_results(self.desk, job.id, folder / f"back {job.id}.xlsx")

    def patients(self) -> Snapshot:
        return {"patient": self.clinic.snapshot()["patient"]}


@dataclass(frozen=True)
class Done:
    """What came of the sheet when it was sent first."""

    before: Snapshot
    after: Snapshot
    saves: int
    stories: Sequence[RowStory]
    effects: Sequence[Effect]
    totals: Totals
    back: Path


@pytest.fixture(scope="module", params=["modern", "legacy"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    seed(folder / "clinic.sqlite", appointments=60, today=local(SystemClock().now()).date())
    with Clinic(folder, skin=request.param) as clinic:
        news = make_update_sheet(clinic, folder)
        clinic.keep_sign_in(folder / "secrets", "practice-pas")
        system = SystemSettings(address=clinic.address, credential="practice-pas", settle=0.1)
        settings = load_settings(
            folder / "rpa", workflows=(str(WORKFLOWS),), systems={"practice-pas": system},
            secrets_dir=folder / "secrets",
        )  # fmt: skip
        with closing(open_desk(settings)) as desk, closing(desk.crew()) as crew:
            yield Stage(clinic, news, desk, crew)


@pytest.fixture(scope="module")
def done(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Done:
    before = stage.patients()
    job = stage.send(stage.clinic.database.with_name("patient_updates.xlsx"))
    saves = {row.save for row in stage.clinic.writes() if row.account == Clinic.username}
    views = stage.desk.views
    return Done(before, stage.patients(), len(saves), views.rows(job.id), views.effects(job.id), views.totals(job.id),
                stage.results(job, tmp_path_factory.mktemp("back")))  # fmt: skip


def column_of(workbook: Path, heading: str) -> list[str]:
    """Return what stands below a heading of the first sheet."""
    page = load_workbook(workbook).worksheets[0]
    place = [cell.value for cell in page[1]].index(heading)
    return [str(row[place].value or "") for row in page.iter_rows(min_row=2)]
