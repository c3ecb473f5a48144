"""A sheet on its way round: planned and approved, sent, corrected, and sent again."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from rpa.approvals import Signer, change_set_of
from rpa.bots import PracticePas
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_results
from rpa.settings import load_settings
from rpa.testing import HandedBots
from tests.conftest import HandClock
from tests.integration.updates.paper import ADA, BORN, NEW_PHONE, PHONE, PaperPas, broken_down
from workflows.update_patient_records import ALREADY_RIGHT

CLERK, HEAD, WORDS = Actor(ActorKind.PERSON, "A. Clerk"), "A. Head", "purple kettle meadow"
WORKFLOWS = Path(__file__).parents[3] / "workflows"
HEADINGS = ("NHS number", "Date of birth", "Field", "Present value", "New value", "Source of the news")


class Office:
    """A desk whose PAS is on paper, and what people do at it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder, self.pas = desk, folder, PaperPas()

    @property
    def head(self) -> Signer:
        """Somebody who may approve."""
        approvers = self.desk.approvals.approvers
        if not approvers.all():
            approvers.add(HEAD, WORDS, by=CLERK)
        return approvers.sign_in(HEAD, WORDS)

    def sheet(self, *rows: tuple[Any, ...]) -> Path:
        book = Workbook()
        page = book.worksheets[0]
        for row in (HEADINGS, *rows):
            page.append(row)
        book.save(self.folder / "sheet.xlsx")
        return self.folder / "sheet.xlsx"

    def send(self, path: Path, *, dry_run: bool = False) -> Job:
        job = self.desk.submit("update_patient_records", [str(path)], by=CLERK, dry_run=dry_run).job
        return self.work(job)

    def work(self, job: Job) -> Job:
        """Attempt what is open, retries and all; waiting costs nothing by the clock of the tests."""
        executor = self.desk.executor(HandedBots({PracticePas: self.pas}))
        for _ in range(100):
            claim = self.desk.queue.claim("office", self.desk.workflows.names, lease=timedelta(minutes=5))
            if claim is not None:
                self.desk.queue.finish(claim, executor.attempt(claim), by=executor.actor(claim))
            elif self.desk.views.open_items() == 0:
                break
            else:
                self.desk.clock.sleep(30)
        return self.desk.views.job(job.id)

    def back(self, job: Job) -> list[tuple[str, ...]]:
        """Return what the sheet says of each row when it comes back: outcome, what happened, how to fix."""
        path = write_results(self.desk, job.id, self.folder / "back.xlsx")
        rows = load_workbook(path).worksheets[0].iter_rows(min_row=2, min_col=7, max_col=9, values_only=True)
        return [tuple(str(cell or "") for cell in row) for row in rows]

    def corrected(self, row: int, **cells: str) -> Path:
        """Correct cells of a row of the sheet that came back, by the letter of their column."""
        book = load_workbook(self.folder / "back.xlsx")
        for letter, value in {"G": "Resubmit", **cells}.items():
            book.worksheets[0][f"{letter}{row}"] = value
        book.save(self.folder / f"again {row}.xlsx")
        return self.folder / f"again {row}.xlsx"


@pytest.fixture
def office(tmp_path: Path, clock: HandClock, database_url: str) -> Iterator[Office]:
    settings = load_settings(tmp_path / "data", workflows=(str(WORKFLOWS),), database_url=database_url)
    with closing(open_desk(settings, clock)) as desk:
        yield Office(desk, tmp_path)


def test_a_new_value_that_was_corrected_is_the_same_item_and_leaves_nothing_for_a_person(office: Office) -> None:
    first = office.send(office.sheet((ADA, BORN, "Phone", "01632 960 009", "01632 960 003", "Patient rang")))
    (before,) = office.desk.views.items(first.id)
    said = office.back(first)

    again = office.send(office.corrected(2, D=PHONE, E=NEW_PHONE))

    (after,) = office.desk.views.items(again.id)
    assert said[0][0] == "For a person" and "nothing was changed" in said[0][1] and "Present value" in said[0][2]
    assert (before.id, before.code, after.outcome) == (after.id, "CONFLICT", "updated")
    assert office.pas.written == [{"phone": "01632960002"}]
    assert office.back(again)[0] == ("Done", "Updated.", "")


def test_a_protected_field_is_done_when_a_person_has_changed_it(office: Office) -> None:
    first = office.send(office.sheet((ADA, BORN, "Family name", "Jampot", "Oddsocks", "Marriage certificate")))
    office.back(first)
    office.pas.correct(family_name="Oddsocks")

    again = office.send(office.corrected(2))

    assert office.back(again) == [("Done", "Put right by a person.", "")]
    assert office.pas.written == []


def test_a_sheet_with_a_row_that_was_done_before_does_not_write_it_again(office: Office) -> None:
    row = (ADA, BORN, "Phone", PHONE, NEW_PHONE, "Patient rang")
    office.send(office.sheet(row))

    again = office.send(office.sheet(row, (ADA, BORN, "Town", "Testwick", "Mockford", "Patient rang")))

    assert [one.outcome for one in office.desk.views.items(again.id)] == [ALREADY_RIGHT, "updated"]
    assert office.pas.written == [{"phone": "01632960002"}, {"town": "Mockford"}]


def test_an_approved_change_whose_attempt_broke_after_its_save_is_found_to_be_made(office: Office) -> None:
    plan = office.send(office.sheet((ADA, BORN, "Phone", "01632960001", NEW_PHONE, "Patient rang")), dry_run=True)
    office.desk.approvals.approve(change_set_of(office.desk.views, plan.id), by=office.head, holds=timedelta(days=1))
    office.pas.after_write = broken_down

    done = office.work(office.desk.apply(plan.id, by=CLERK).job)

    assert [one.outcome for one in office.desk.views.items(done.id)] == ["updated"]
    assert [one.state for one in office.desk.views.effects(done.id)] == ["confirmed"]
    assert len(office.pas.written) == 1


def test_an_approved_change_of_a_record_that_changed_since_is_not_made(office: Office) -> None:
    plan = office.send(office.sheet((ADA, BORN, "Phone", PHONE, NEW_PHONE, "Patient rang")), dry_run=True)
    office.desk.approvals.approve(change_set_of(office.desk.views, plan.id), by=office.head, holds=timedelta(days=1))
    office.pas.correct(phone="01632 960 009")

    done = office.work(office.desk.apply(plan.id, by=CLERK).job)

    assert [one.code for one in office.desk.views.items(done.id)] == ["STALE"]
    assert office.pas.written == []
