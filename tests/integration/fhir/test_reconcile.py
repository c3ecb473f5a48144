"""The main job by FHIR: the same workflow, extracts and results as by the screens, and one line of the settings."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from rpa.audit import verify
from rpa.bots import PracticeFhir, PracticePas
from rpa.clock import SystemClock, local
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.clinic.snapshot import Snapshot
from rpa.demo.extracts import Extracts, make_extracts
from rpa.desk import Desk, open_desk
from rpa.models import Job
from rpa.settings import load_settings
from rpa.testing import rehearse
from tests.integration.fhir.conftest import Fields, bot_of, free_time, now, saves
from tests.integration.fhir.office import CLERK, settings_of, work
from workflows.reconcile_appointments import reconcile_appointments

FAULTS = ("saved_but_error", "reset_after", "half_reply", "expired_session")


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
        desk = open_desk(load_settings(folder / "rpa", **settings_of(clinic, folder)))
        before = clinic.snapshot()
        # The first writes meet what real systems do: only the read-back says what became of them.
        for fault in FAULTS:
            clinic.faults.set(fault, path="/fhir/Appointment/*", method="PUT", times=1)
        job = desk.submit("reconcile_appointments", [str(extracts.ers), str(extracts.pas)], by=CLERK).job
        work(desk)
        yield Stage(clinic, extracts, before, desk, job)
        desk.close()


def test_settings_name_the_bot_that_needs_no_browser(stage: Stage) -> None:
    assert stage.desk.workflows.get("reconcile_appointments").options.uses == (PracticeFhir,)


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
        (reference, name): value
        for reference, fields in after.items()
        for name, value in fields.items()
        if value != before[reference][name]
    }

    recorded = {
        (effect.what.removeprefix("appointment "), name): value.removesuffix(":00") if "T" in value else value
        for effect in stage.desk.views.effects(stage.job.id)
        for name, value in (effect.after or {}).items()
        if effect.state == "made"
    }
    assert changed == recorded
    assert {name for _, name in changed} == {"starts_at", "attendance_code", "cancelled_on", "cancel_reason"}


def test_nothing_was_written_twice_whatever_the_server_answered(stage: Stage) -> None:
    saves = {row.save for row in stage.clinic.writes() if row.account == Clinic.username}
    states = [effect.state for effect in stage.desk.views.effects(stage.job.id)]

    assert len(saves) == len(states) > len(FAULTS)
    assert set(states) == {"made"}


def test_the_record_verifies_and_the_totals_balance(stage: Stage) -> None:
    totals = stage.desk.views.totals(stage.job.id)

    assert totals.balance
    assert totals.rows_in == stage.extracts.ers_rows + stage.extracts.pas_rows
    assert verify(stage.desk.database).clean


def test_system_that_is_in_trouble_is_left_alone_as_any_other(stage: Stage, tmp_path: Path) -> None:
    stage.clinic.faults.set("error_500", path="/fhir/*")
    files = [str(stage.extracts.ers), str(stage.extracts.pas)]
    with closing(open_desk(load_settings(tmp_path / "rpa", **settings_of(stage.clinic, tmp_path)))) as desk:
        desk.submit("reconcile_appointments", files, by=CLERK)

        work(desk)

        with desk.database.reading() as connection:
            closed = desk.gates.closed(connection, ["practice-pas"])
    stage.clinic.faults.clear()
    assert "5 faults in a row, the last HTTP_500" in closed["practice-pas"]


def test_what_looks_saved_and_is_not_is_written_by_the_next_attempt(tmp_path: Path) -> None:
    with Clinic(tmp_path) as clinic:
        row = booked_ahead(clinic)
        bot = bot_of(clinic, clinic.password)
        clinic.faults.set("success_but_not_saved", path="/fhir/Appointment/*", times=1)
        when = free_time(clinic, row)

        run = rehearse(reconcile_appointments, two_extracts(clinic, row, when), bots={PracticePas: bot})

        assert run.outcomes == {row["ubrn"]: "moved"}
        assert [effect.state for effect in run.effects] == ["absent", "made"]
        assert now(clinic, row)["starts_at"] == when.isoformat("T", "minutes")
        assert saves(clinic, row) == 1
        bot.close()


def booked_ahead(clinic: Clinic) -> Fields:
    """Return an appointment that is to come."""
    today = local(SystemClock().now()).date().isoformat()
    rows = clinic.snapshot()["appointment"].values()
    return dict(next(row for row in rows if row["attendance_code"] == "0" and str(row["starts_at"]) > today))


def two_extracts(clinic: Clinic, row: Fields, when: datetime) -> dict[str, list[Fields]]:
    """Return a row of each extract about an appointment: e-RS has it at another time."""
    data = clinic.snapshot()
    referral = data["referral"][row["referral"]]
    patient = data["patient"][str(referral["patient"])]
    both = {
        "ubrn": row["ubrn"],
        "nhs_number": patient["nhs_number"],
        "specialty": referral["specialty"],
        "priority": referral["priority"],
        "referral_date": referral["received_on"],
    }
    pas = {"pathway": referral["pathway"], "clinic": row["clinic"], "attendance_code": "0"}
    return {
        "ers": [{**both, "appointment_time": when, "status": "Booked"}],
        "pas": [{**both, **pas, "appointment_time": datetime.fromisoformat(row["starts_at"])}],
    }
