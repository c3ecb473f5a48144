"""A desk whose PAS is on paper, the clinic's extracts, and a clerk who works on the results workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook, load_workbook

from rpa.bots import PracticePas
from rpa.crew import Crew
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_results
from rpa.settings import load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.conftest import HandClock
from tests.integration.reconcile.paper import PaperPas

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
WORKFLOWS = Path(__file__).parents[3] / "workflows"
HEADINGS = {
    "Worklist": {
        "ubrn": "UBRN", "nhs_number": "NHS number", "worklist": "Worklist", "specialty": "Specialty",
        "priority": "Priority", "referral_date": "Referral date", "appointment_time": "Appointment time",
        "status": "Status", "cancelled_on": "Cancelled on",
    },
    "Appointments": {
        "ubrn": "UBRN", "pathway": "Pathway", "nhs_number": "NHS number", "specialty": "Specialty",
        "priority": "Priority", "referral_date": "Referral date", "clinic": "Clinic",
        "appointment_time": "Appointment time", "attendance_code": "Attendance code", "cancelled_on": "Cancelled on",
        "outcome_code": "Outcome code",
    },
}  # fmt: skip


class PaperCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Office:
    """A desk and what people do at it."""

    desk: Desk
    pas: PaperPas
    folder: Path

    def submit(self, *files: Path, **params: Any) -> Job:
        names = [str(file) for file in files]
        return self.desk.submit("reconcile_appointments", names, by=CLERK, params=params).job

    def extract(self, sheet: str, rows: list[dict[str, Any]]) -> Path:
        book = Workbook()
        page = book.create_sheet(sheet, 0)
        page.append(list(HEADINGS[sheet].values()))
        for row in rows:
            page.append([row.get(name) for name in HEADINGS[sheet]])
        book.save(self.folder / f"{sheet}.xlsx")
        return self.folder / f"{sheet}.xlsx"

    def work(self) -> None:
        crew = cast(Crew, PaperCrew({PracticePas: self.pas}))
        self.desk.worker(crew).run_alone(this_process(), until=self.desk.nothing_waits)

    def results(self, job: Job) -> Path:
        return write_results(self.desk, job.id, self.folder / f"results of job {job.id}.xlsx")

    def endings(self, job: Job) -> dict[str, str]:
        return {item.key: item.code or item.outcome or item.state for item in self.desk.views.items(job.id)}


@pytest.fixture
def office(tmp_path: Path, clock: HandClock) -> Iterator[Office]:
    settings = load_settings(tmp_path / "data", workflows=(str(WORKFLOWS),))
    desk = open_desk(settings, clock)
    yield Office(desk, PaperPas(), tmp_path)
    desk.close()


@dataclass(frozen=True)
class Line:
    """One line of a sheet of a workbook: its row number and its cells by heading."""

    row: int
    cells: dict[str, Any]

    def __getitem__(self, heading: str) -> Any:
        return self.cells[heading]


def read_sheet(path: Path, sheet: str, first_heading: str) -> list[Line]:
    """Read a sheet as Excel shows it, below the row that begins with a heading."""
    rows = list(load_workbook(path)[sheet].iter_rows(values_only=True))
    top = next(number for number, row in enumerate(rows) if row[0] == first_heading)
    headings = [str(cell) for cell in rows[top]]
    return [Line(n + 1, dict(zip(headings, rows[n], strict=True))) for n in range(top + 1, len(rows))]


def mark(path: Path, sheet: str, row: int, **cells: str) -> Path:
    """Choose Resubmit on a row, and write what else a clerk writes there: heading with `_` for space → cell."""
    book = load_workbook(path)
    page = book[sheet]
    headings = {str(cell.value): cell.column for line in page.iter_rows(max_row=6) for cell in line if cell.value}
    for heading, text in {
        "Outcome": "Resubmit",
        **{name.replace("_", " "): text for name, text in cells.items()},
    }.items():
        page.cell(row, headings[heading], text)
    back = path.with_name(f"sent again {path.name}")
    book.save(back)
    return back


def today() -> date:
    """Return the day on which the tests' clock stands."""
    return HandClock().time.date()
