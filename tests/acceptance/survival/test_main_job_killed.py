"""The main job on the clinic's own extracts, its worker killed again and again: the end is that of a quiet run."""

from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

import pytest

from rpa.cli.exits import Exit
from rpa.clock import SystemClock
from rpa.demo.clinic import Clinic, Snapshot, changes_between
from rpa.demo.clinic.seeding import seed
from rpa.demo.extracts import Extracts, make_extracts
from rpa.models import Totals
from tests.acceptance.survival.handed_out import prove_nothing_is_handed_out
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.proof import prove
from tests.acceptance.survival.running import KILLED
from tests.acceptance.survival.story import story_of

KILLS = 8
APPOINTMENTS = 200
WORKFLOW = "reconcile_appointments"


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_main_job_ends_the_same_however_often_its_worker_is_killed(tmp_path: Path) -> None:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{random_seed=}")
    now = SystemClock().now()
    began = monotonic()
    quiet = _run(tmp_path / "quiet", now, moments=[])
    seconds = monotonic() - began
    random = Random(random_seed)  # noqa: S311 - repeatable moments, no secret

    killed = _run(tmp_path / "killed", now, moments=[random.uniform(0, seconds / 2) for _ in range(KILLS)])

    assert killed == quiet


def _run(folder: Path, now: datetime, *, moments: list[float]) -> tuple[Totals, Snapshot]:
    """Do the job on a clinic of its own, with a worker killed after each of `moments`, and prove its end."""
    extracts = _clinic_and_extracts(folder / "clinic", now)
    with Clinic(folder / "clinic") as clinic:
        (folder / "office").mkdir()
        office = Office(folder / "office", clinic, workflows="workflows")
        try:
            job_id = office.submit_files([extracts.ers, extracts.pas], workflow=WORKFLOW)
            for moment in moments:
                if office.may_be_killed():
                    assert office.work_until(moment) in (KILLED, Exit.NEEDS_PERSON), office.printed
            assert office.work() in (Exit.DONE, Exit.NEEDS_PERSON), office.printed
            found = changes_between(office.before, clinic.snapshot())
            assert len(found) >= len(extracts.planted["TIME_DIFFERS"])
            totals = prove(office, job_id, found)
            prove_nothing_is_handed_out(office, job_id)
            return totals, clinic.snapshot()
        finally:
            office.close()
            print(story_of(office))


def _clinic_and_extracts(folder: Path, now: datetime) -> Extracts:
    folder.mkdir(parents=True)
    seed(folder / "clinic.sqlite", appointments=APPOINTMENTS, today=now.date())
    return make_extracts(folder / "clinic.sqlite", folder / "extracts", today=now.date())
