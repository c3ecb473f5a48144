"""What a job changed by FHIR is put back by FHIR: every table of the clinic is as it was."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from rpa.approvals import Signer, change_set_of
from rpa.clock import SystemClock, local
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.demo.extracts import make_extracts
from rpa.desk import Desk, open_desk
from rpa.settings import load_settings
from tests.acceptance.reverse.conftest import let_in
from tests.integration.fhir.office import CLERK, settings_of, work

LOST_ANSWERS = ("saved_but_error", "reset_after")


def test_appointments_are_put_back_although_answers_are_lost(tmp_path: Path) -> None:
    today = local(SystemClock().now()).date()
    seed(tmp_path / "clinic.sqlite", appointments=60, today=today)
    with Clinic(tmp_path) as clinic:
        extracts = make_extracts(clinic.database, tmp_path / "extracts", today=today)
        before = clinic.snapshot()
        with closing(open_desk(load_settings(tmp_path / "rpa", **settings_of(clinic, tmp_path)))) as desk:
            job = desk.submit("reconcile_appointments", [str(extracts.ers), str(extracts.pas)], by=CLERK).job
            work(desk)
            changed = clinic.snapshot() != before
            for fault in LOST_ANSWERS:
                clinic.faults.set(fault, path="/fhir/Appointment/*", method="PUT", times=1)

            back = put_back(desk, job.id, let_in(desk))

            assert changed
            assert clinic.snapshot() == before
            assert {one.state for one in desk.views.effects(back)} == {"made"}
            assert len(desk.views.effects(back)) == len(desk.views.effects(job.id)) > len(LOST_ANSWERS)


def put_back(desk: Desk, job: int, second: Signer) -> int:
    """Plan, approve and carry out what puts a job back."""
    plan = desk.reverse(job, by=CLERK, why="Tried out.").job.id
    work(desk)
    desk.approvals.approve(change_set_of(desk.views, plan), by=second, holds=timedelta(hours=1))
    done = desk.apply(plan, by=CLERK).job.id
    work(desk)
    return done
