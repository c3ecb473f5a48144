"""The list of cancer pathways on the practice clinic, in both skins: read as they stand, and nothing written."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import load_workbook

from rpa.bots import PracticePas
from rpa.connectors.browser import Browser, BrowserSettings
from rpa.crew import Crew
from rpa.demo.cancer import make_cancer_list
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind
from rpa.results import write_page, write_results
from rpa.settings import load_settings
from rpa.testing import HandedBots
from rpa.workers import this_process
from tests.acceptance.bot.conftest import bot_of

TODAY, SOON = date(2026, 11, 23), 2
WORKFLOWS = Path(__file__).parents[3] / "workflows"
# At the edges of each wait, as rpa/demo/clinic/planted.py says of each.
LATE = {"RENC02", "RENC04", "RENC06", "RENC08", "RENC10", "RENC13", "RENC15", "RENC19"}
IN_TIME = {"RENC12", "RENC22", "RENC24"}
NOTHING_BOOKED, CLOSED, DISCHARGED = "RENC20", "RENC23", "RENC16"


@dataclass(frozen=True)
class Watched:
    """A clinic whose list was sent and read, and what came of it."""

    desk: Desk
    job_id: int
    clinic: Clinic
    sheets: dict[str, list[tuple[Any, ...]]]
    page: str

    def on(self, sheet: str) -> list[str]:
        return [str(row[0]) for row in self.sheets[sheet] if str(row[0]).startswith("REN")]


class HandedCrew(HandedBots):
    """A crew with nothing to kill."""

    def kill(self) -> None: ...


@pytest.fixture(scope="module", params=["modern", "legacy"])
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watch")
    seed(folder / "clinic.sqlite", appointments=60, today=TODAY)
    settings = load_settings(folder / "rpa", workflows=(str(WORKFLOWS),))
    with (
        Browser(BrowserSettings(timeout=20)) as browser,
        Clinic(folder, skin=request.param) as clinic,
        closing(open_desk(settings)) as desk,
    ):
        path = str(make_cancer_list(clinic.database, folder / "extracts"))
        job = desk.submit("watch_cancer_pathways", [path], by=Actor(ActorKind.PERSON, "A. Clerk"),
                          params={"today": TODAY.isoformat(), "soon": SOON}).job  # fmt: skip
        crew = cast(Crew, HandedCrew({PracticePas: bot_of(clinic, browser)}))
        desk.worker(crew).run_alone(this_process(), until=desk.nothing_waits)
        book = load_workbook(write_results(desk, job.id, folder / "watch.xlsx"))
        page = write_page(desk, job.id, folder / "watch.html")
        assert page is not None
        sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        yield Watched(desk, job.id, clinic, sheets, page.read_text(encoding="utf-8"))


def test_pathways_planted_at_the_edges_are_on_the_lists_they_were_made_for(watched: Watched) -> None:
    late = watched.on("Act now")

    assert set(late) >= LATE
    assert set(watched.on("Within time")) >= IN_TIME
    assert NOTHING_BOOKED in watched.on("No future event")
    assert not {CLOSED, DISCHARGED} & {one for name in watched.sheets for one in watched.on(name)}


def test_every_row_of_the_list_is_counted_and_one_was_there_twice_and_one_mistyped(watched: Watched) -> None:
    totals = watched.desk.views.totals(watched.job_id)

    assert (totals.rejected, totals.duplicate, totals.failed, totals.open) == (1, 1, 0, 0)
    assert totals.rows_in == totals.completed + 2


def test_page_tells_the_lists_lengths_and_nothing_of_a_patient(watched: Watched) -> None:
    with closing(sqlite3.connect(watched.clinic.database)) as connection:
        people = connection.execute("SELECT nhs_number, family_name FROM patient").fetchall()

    assert f'<th scope="row">Act now</th><td>{len(watched.on("Act now"))}</td>' in watched.page
    assert "RENC" not in watched.page
    assert not [one for row in people for one in row if one in watched.page]


def test_nothing_is_written_in_the_clinic(watched: Watched) -> None:
    assert watched.clinic.writes() == []
    assert list(watched.desk.views.effects(watched.job_id)) == []
