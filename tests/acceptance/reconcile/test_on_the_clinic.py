"""The main job on a running practice clinic with a real browser, from two extracts to the workbook and back."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.clock import SystemClock, local
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.snapshot import Snapshot
from rpa.demo.extracts import Extracts, make_extracts
from rpa.desk import Desk, open_desk
from rpa.models import Actor, ActorKind, Job
from rpa.results import write_results
from rpa.settings import SystemSettings, load_settings
from rpa.workers import this_process
from tests.integration.reconcile.conftest import WORKFLOWS, mark, read_sheet

CLERK = Actor(ActorKind.PERSON, "A. Clerk")
NAMES = {"starts_at", "attendance_code", "cancelled_on", "cancel_reason"}


@dataclass(frozen=True)
class Stage:
    """A clinic, its extracts, and the job that has reconciled them."""

    clinic: Clinic
    extracts: Extracts
    before: Snapshot
    desk: Desk
    job: Job


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    today = local(SystemClock().now()).date()
    seed(folder / "clinic.sqlite", appointments=120, today=today)
    with Clinic(folder) as clinic:
        extracts = make_extracts(clinic.database, folder / "extracts", today=today)
        secrets = folder / "secrets"
        clinic.keep_sign_in(secrets, "practice-pas")
        system = SystemSettings(address=clinic.address, credential="practice-pas", settle=0.2)
        settings = load_settings(
            folder / "rpa", workflows=(str(WORKFLOWS),), systems={"practice-pas": system}, secrets_dir=secrets
        )
        desk = open_desk(settings)
        before = clinic.snapshot()
        job = desk.submit("reconcile_appointments", [str(extracts.ers), str(extracts.pas)], by=CLERK).job
        work(desk)
        yield Stage(clinic, extracts, before, desk, job)
        desk.close()


def work(desk: Desk) -> None:
    crew = desk.crew()
    try:
        desk.worker(crew).run_alone(this_process(), until=desk.nothing_waits)
    finally:
        crew.close()


def test_every_case_ends_as_planted(stage: Stage) -> None:
    planted = {ubrn: kind for kind, ubrns in stage.extracts.planted.items() for ubrn in ubrns}
    done = {"MATCHED": "matched", "TIME_DIFFERS": "moved"}

    ends = {item.key: item.code or item.outcome for item in stage.desk.views.items(stage.job.id)}

    cancelled = {ubrn for ubrn in stage.extracts.planted["CANCELLED_ONE_SIDE"] if ends.pop(ubrn) == "cancelled"}
    expected = {ubrn: done.get(kind, kind) for ubrn, kind in planted.items() if kind != "CANCELLED_ONE_SIDE"}
    assert ends == expected
    assert cancelled


def test_the_clinic_differs_in_exactly_what_the_record_says_was_changed(stage: Stage) -> None:
    before, after = stage.before["appointment"], stage.clinic.snapshot()["appointment"]

    changed = {
        (reference, name): after[reference][name]
        for reference in after
        for name in after[reference]
        if after[reference][name] != before[reference][name]
    }

    recorded = {
        (effect.what.removeprefix("appointment "), name): value
        for effect in stage.desk.views.effects(stage.job.id)
        for name, value in (effect.after or {}).items()
        if effect.state == "made"
    }
    assert changed == {place: _stored(value) for place, value in recorded.items()}
    assert {name for _, name in changed} == NAMES


def test_nothing_was_written_twice(stage: Stage) -> None:
    bots = [row for row in stage.clinic.writes() if row.account == Clinic.username]

    assert len({row.save for row in bots}) == len(stage.desk.views.effects(stage.job.id))


def test_the_record_verifies_and_the_totals_balance(stage: Stage) -> None:
    totals = stage.desk.views.totals(stage.job.id)

    assert totals.balance
    assert totals.open == 0
    assert totals.rows_in == stage.extracts.ers_rows + stage.extracts.pas_rows
    assert verify(stage.desk.database).clean


def test_a_row_marked_in_the_workbook_is_looked_at_again_in_the_clinic(stage: Stage, tmp_path: Path) -> None:
    workbook = write_results(stage.desk, stage.job.id, tmp_path / "results.xlsx")
    line = next(one for one in read_sheet(workbook, "For a person", "Item") if one["Class"] == "ON_PAS_NOT_ERS")
    writes = len(stage.clinic.writes())

    job = stage.desk.submit("reconcile_appointments", [str(mark(workbook, "For a person", line.row))], by=CLERK).job
    work(stage.desk)

    assert [(item.key, item.code) for item in stage.desk.views.items(job.id)] == [(line["UBRN"], "ON_PAS_NOT_ERS")]
    assert stage.desk.views.totals(job.id).balance
    assert len(stage.clinic.writes()) == writes


def _stored(value: str) -> str:
    """Return a value of the record as the clinic's database keeps it: times without seconds."""
    return value.removesuffix(":00") if "T" in value else value
