"""A desk whose PAS is on paper, and the lists of cancer pathways that people send to it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from rpa.bots import PracticePas
from rpa.clock import local
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_page, write_results
from rpa.settings import load_settings
from rpa.testing import HandedBots
from tests.conftest import HandClock
from tests.integration.cancer.paper import NUMBERS, PaperPas

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
WORKFLOWS = Path(__file__).parents[3] / "workflows"


class Office:
    """A desk whose PAS is on paper, and what people do at it."""

    def __init__(self, desk: Desk, folder: Path, clock: HandClock) -> None:
        self.desk, self.folder, self.clock = desk, folder, clock
        self.today = local(clock.now()).date()
        self.pas = PaperPas(self.today)

    def watch(self, *rows: tuple[str, str], **params: Any) -> Job:
        """Send a list of numbers and NHS numbers, and let the robot read all of it."""
        book = Workbook()
        page = book.worksheets[0]
        for row in (("Pathway", "NHS number"), *(rows or NUMBERS.items())):
            page.append(row)
        book.save(self.folder / "list.xlsx")
        path = str(self.folder / "list.xlsx")
        return self.send(path, **params)

    def send(self, path: str, **params: Any) -> Job:
        """Send a file, and let the robot read all of it."""
        job = self.desk.submit("watch_cancer_pathways", [path], by=CLERK, params=params, again=True).job
        executor = self.desk.executor(HandedBots({PracticePas: self.pas}))
        while claim := self.desk.queue.claim("office", self.desk.workflows.names, lease=timedelta(minutes=5)):
            self.desk.queue.finish(claim, executor.attempt(claim), by=executor.actor(claim))
        return self.desk.views.job(job.id)

    def sheets(self, job: Job) -> dict[str, list[tuple[Any, ...]]]:
        """Return the lines of every sheet below its headings."""
        path = write_results(self.desk, job.id, self.folder / "watch.xlsx")
        return {sheet.title: _lines(sheet) for sheet in load_workbook(path).worksheets}

    def send_again(self, job: Job, **corrected: str) -> Job:
        """Mark the rejected rows of a job's results, each with its corrected value, and send the workbook."""
        path = write_results(self.desk, job.id, self.folder / "watch.xlsx")
        book = load_workbook(path)
        mark(book["Rejected rows"], corrected)
        book.save(path)
        return self.send(str(path))

    def send_corrected(self, job: Job, pathway: str, **cells: str) -> Job:
        """Correct the line of a pathway that is for a person, and send the workbook."""
        path = write_results(self.desk, job.id, self.folder / "watch.xlsx")
        book = load_workbook(path)
        correct(book["For a person"], pathway, {name.replace("_", " "): value for name, value in cells.items()})
        book.save(path)
        return self.send(str(path))

    def days_pass(self, days: int = 1) -> None:
        """Let days go by, on the clock and in the PAS."""
        self.clock.pass_by(seconds=timedelta(days=days).total_seconds())

    def page(self, job: Job) -> str:
        path = write_page(self.desk, job.id, self.folder / "watch.html")
        assert path is not None
        return path.read_text(encoding="utf-8")


def _lines(sheet: Any) -> list[tuple[Any, ...]]:
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if sum(cell is not None for cell in row) > 2)
    return rows[start + 1 :]


def correct(sheet: Any, pathway: str, cells: dict[str, str]) -> None:
    """Write what a person corrects on the line of a pathway, and choose Resubmit."""
    headings = {cell.value: cell.column for row in sheet.iter_rows(max_row=5) for cell in row if cell.value}
    (line,) = [row for row in sheet.iter_rows() if row[headings["Pathway"] - 1].value == pathway]
    for heading, value in {**cells, "Outcome": "Resubmit"}.items():
        line[headings[heading] - 1].value = value


def mark(sheet: Any, corrected: dict[str, str]) -> None:
    """Write a value beside the column it corrects, and choose Resubmit."""
    headings = {cell.value: cell.column for row in sheet.iter_rows(max_row=5) for cell in row if cell.value}
    for line in sheet.iter_rows(min_row=1):
        heading = str(line[headings["Column"] - 1].value).replace(" ", "_")
        if heading in corrected:
            line[headings["Corrected value"] - 1].value = corrected[heading]
            line[headings["Outcome"] - 1].value = "Resubmit"


def column(lines: list[tuple[Any, ...]], number: int) -> list[Any]:
    return [line[number] for line in lines]


@pytest.fixture
def office(tmp_path: Path, clock: HandClock, database_url: str) -> Iterator[Office]:
    settings = load_settings(tmp_path / "data", workflows=(str(WORKFLOWS),), database_url=database_url)
    with closing(open_desk(settings, clock)) as desk:
        yield Office(desk, tmp_path, clock)
