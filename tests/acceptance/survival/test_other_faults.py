"""What else may happen to a worker: stopped and gone on, its browser killed, told to end, a full disk, a hung page."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import psutil
import pytest

from rpa.cli.exits import Exit
from rpa.clock import SystemClock
from rpa.states import EffectState, ItemState
from rpa.watch import LOST_LEASE
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import KILLED, Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done

LIMIT = timedelta(seconds=60)


def wait_for(condition: Callable[[], object]) -> None:
    clock = SystemClock()
    give_up = clock.now() + LIMIT
    while not condition():
        assert clock.now() < give_up, "what was waited for did not come"
        clock.sleep(0.02)


def effects(office: Office, job_id: int) -> list[EffectState]:
    with office.desk() as desk:
        return [one.state for one in desk.views.effects(job_id)]


def test_worker_that_slept_through_its_lease_writes_nothing_when_it_wakes(
    open_office: Open, practice: Practice
) -> None:
    office, visits = open_office(lease_seconds=3), practice.take(1)
    job_id = office.submit(visits)
    stale = office.start_fated("asleep:1")  # its intent is recorded and its form filled in
    wait_for(lambda: psutil.Process(stale.pid).status() == psutil.STATUS_STOPPED)

    code = office.work()
    saves = len(practice.clinic.writes())
    os.kill(stale.pid, signal.SIGCONT)
    stale_code = office.wait(stale)

    assert code == 0, office.printed
    assert stale_code == LOST_LEASE
    assert len(practice.clinic.writes()) == saves
    prove_all_done(office, job_id, visits)


def test_browser_killed_in_the_middle_of_an_item_costs_one_try(office: Office, practice: Practice) -> None:
    visits = practice.take(2)
    job_id = office.submit(visits)
    practice.clinic.faults.set("slow", path="/patients/*/contact/edit", method="GET", seconds=1, times=1)
    worker = office.start()
    wait_for(lambda: EffectState.INTENDED in effects(office, job_id))

    for one in browsers(office):
        one.kill()

    assert office.wait(worker) == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_worker_killed_while_the_system_holds_its_answer_finds_the_write_done(
    office: Office, practice: Practice
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_after", path="/patients/*/contact/edit", method="POST", times=1)
    worker = office.start()
    wait_for(lambda: len(practice.clinic.writes()) > office.saves_before)
    worker.kill()
    assert office.wait(worker) == KILLED

    code = office.work()

    assert code == 0, office.printed
    assert effects(office, job_id) == [EffectState.CONFIRMED, EffectState.MADE]
    prove_all_done(office, job_id, visits)


def test_killed_worker_leaves_no_browser_behind(office: Office, practice: Practice) -> None:
    office.submit(practice.take(1))
    worker = office.start()
    wait_for(lambda: browsers(office))

    worker.kill()

    office.wait(worker)
    wait_for(lambda: not office.processes())


def test_worker_told_to_end_finishes_the_item_in_hand_and_leaves_the_rest(office: Office, practice: Practice) -> None:
    visits = practice.take(3)
    job_id = office.submit(visits)
    worker = office.start()
    wait_for(lambda: EffectState.INTENDED in effects(office, job_id))

    worker.terminate()

    assert office.wait(worker) == 0, office.printed
    with office.desk() as desk:
        states = [one.state for one in desk.views.items(job_id)]
    assert states == [ItemState.COMPLETED, ItemState.PENDING, ItemState.PENDING]
    assert effects(office, job_id) == [EffectState.MADE, EffectState.MADE]
    assert office.work() == 0
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("commit", range(3, 8))
def test_full_disk_stops_the_worker_and_nothing_is_written_without_its_intent(
    office: Office, practice: Practice, commit: int
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_until_killed(f"full:{commit}")

    assert code == Exit.FAILED
    recorded = len(effects(office, job_id))
    assert len(practice.clinic.writes()) - office.saves_before <= recorded
    assert office.work() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_page_that_hangs_longer_than_the_work_may_take_costs_its_browser_and_no_more(
    open_office: Open, practice: Practice
) -> None:
    office, visits = open_office(browser_seconds=60), practice.take(1)
    job_id = office.submit(visits, workflow="put_right_soon")
    practice.clinic.faults.set("hung_after", path="/patients/*/contact/edit", method="POST", times=1)

    code = office.work()

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)


def browsers(office: Office) -> list[psutil.Process]:
    return [one for one in office.processes() if any("--rpa-browser=" in word for word in command(one))]


def command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
