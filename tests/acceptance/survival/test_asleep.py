"""SIGSTOP for longer than the lease, then SIGCONT: of a slot, of a supervisor, of a whole worker."""

import signal
from datetime import datetime, timedelta

import psutil
import pytest
from sqlalchemy import select

from rpa.db.tables import item
from rpa.states import EffectState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import wait_for

pytestmark = pytest.mark.timeout(1200)

LEASE = timedelta(seconds=5)


@pytest.fixture
def shared_office(database_url: str, open_office: Open) -> Office:
    return open_office(database_url=database_url, lease_seconds=LEASE.seconds)


@pytest.mark.parametrize(("place", "recorded"), [
    pytest.param("compared:1", [], id="before_its_intent"),
    pytest.param("asleep:1", [EffectState.INTENDED], id="before_it_sends_the_form"),
])  # fmt: skip
def test_worker_that_slept_through_its_lease_writes_nothing_when_it_wakes(
    shared_office: Office, practice: Practice, place: str, recorded: list[EffectState]
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    stale = office.start(f"worker@{place}")
    wait_for(lambda: _sleeps(stale.pid) and all(_sleeps(one.pid) for one in stale.slots()))
    stale.send(signal.SIGSTOP)  # its browser too
    assert office.effects(job_id) == recorded

    code = office.work()
    saves = len(practice.clinic.writes())
    stale.send(signal.SIGCONT)

    assert (code, stale.wait()) == (0, 0), office.printed
    assert len(practice.clinic.writes()) == saves
    prove_all_done(office, job_id, visits)


def test_slot_that_slept_through_its_first_lease_goes_on_with_its_item(
    shared_office: Office, practice: Practice
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    worker = office.start("slot@asleep:1")
    wait_for(lambda: office.has_met("slot@asleep:1"))
    (slot,) = worker.slots()
    held_until = _held_until(office)
    wait_for(lambda: _held_until(office) > held_until + LEASE)  # so that much time has gone by

    slot.send_signal(signal.SIGCONT)

    assert worker.wait() == 0, office.printed
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
def test_slot_that_never_wakes_is_ended_when_its_time_is_over(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits, workflow="put_right_soon")

    code = office.work_fated("slot@asleep:1")

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_slots_end_themselves_with_their_browsers_while_their_supervisor_sleeps(
    shared_office: Office, practice: Practice
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_after", path="/patients/*/contact/edit", method="POST", times=1)
    stale = office.start()
    wait_for(lambda: len(practice.clinic.writes()) > office.saves_before)
    stale.process.send_signal(signal.SIGSTOP)
    wait_for(lambda: not stale.slots() and not stale.browsers())

    code = office.work()
    stale.process.send_signal(signal.SIGCONT)

    assert (code, stale.wait()) == (0, 0), office.printed
    prove_all_done(office, job_id, visits)


def _sleeps(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_STOPPED


def _held_until(office: Office) -> datetime:
    with office.desk() as desk, desk.database.reading() as connection:
        found: datetime = connection.execute(select(item.c.lease_until)).scalar_one()
    return found
