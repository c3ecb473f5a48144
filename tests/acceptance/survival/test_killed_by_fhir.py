"""`kill -9` of a worker that writes by FHIR, while the server has saved and not yet answered."""

from collections import Counter
from pathlib import Path

from rpa.audit import verify
from rpa.clock import SystemClock, local
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.extracts import make_extracts
from rpa.states import EffectState
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.running import wait_for


def test_what_was_saved_when_the_worker_died_is_found_and_not_written_again(tmp_path: Path) -> None:
    today = local(SystemClock().now()).date()
    seed(tmp_path / "clinic.sqlite", appointments=60, today=today)
    (tmp_path / "office").mkdir()
    with Clinic(tmp_path) as clinic:
        extracts = make_extracts(clinic.database, tmp_path / "extracts", today=today)
        office = Office(tmp_path / "office", clinic, workflows="workflows", more='bot = "rpa.bots:PracticeFhir"')
        job = office.submit_files([extracts.ers, extracts.pas], workflow="reconcile_appointments")
        clinic.faults.set("hung_after", path="/fhir/Appointment/*", method="PUT", times=1)
        killed = office.start()
        wait_for(lambda: any(one["happened"] for one in clinic.faults.counts()))

        killed.kill_all()
        office.work()

        left, states = office.items(), office.effects(job)
        saves = {row.save: row.reference for row in clinic.writes() if row.account == Clinic.username}
        with office.desk() as desk:
            assert verify(desk.database).clean
        office.close()
    assert left == [], office.printed
    assert states.count(EffectState.CONFIRMED) == 1
    assert set(states) == {EffectState.CONFIRMED, EffectState.MADE}
    assert max(Counter(saves.values()).values()) == 1
    assert len(saves) == len(states)
