"""The browser or a page of it killed or hung, a reply that never comes: each costs one item one try at most.

The workflow has two tries, so one that cost more would leave the item undone.
"""

import signal
from collections.abc import Callable, Sequence

import psutil
import pytest

from rpa.states import EffectState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import KILLED, RunningWorker, lives, wait_for

pytestmark = pytest.mark.timeout(1200)

FORM = "/patients/*/contact/edit"
Victims = Callable[[RunningWorker], Sequence[psutil.Process]]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
@pytest.mark.parametrize("victims", [RunningWorker.browsers, RunningWorker.renderers], ids=["browser", "page"])
def test_browser_killed_or_stopped_in_the_middle_of_an_item_costs_one_try_at_most(
    shared_office: Office, practice: Practice, victims: Victims, number: signal.Signals
) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_before", path=FORM, method="GET", times=1)
    worker = office.start()
    office.await_effect(EffectState.INTENDED)
    wait_for(lambda: practice.happened("hung_before"))

    hit = victims(worker)
    worker.send(number, hit)

    assert hit
    assert worker.wait() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_page_that_crashes_in_the_middle_of_an_item_costs_one_try_at_most(
    shared_office: Office, practice: Practice
) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)

    code = office.work_fated("slot@crashing:2")

    assert code == 0, office.printed
    assert office.has_met("slot@crashing:2")
    prove_all_done(office, job_id, visits)


def test_page_that_hangs_longer_than_the_work_may_take_costs_its_browser_and_one_try_at_most(
    open_office: Open, practice: Practice
) -> None:
    office, visits = open_office(browser_seconds=60), practice.take(1)
    job_id = office.submit(visits, workflow="put_right_soon")
    practice.clinic.faults.set("hung_after", path=FORM, method="POST", times=1)

    code = office.work()

    assert code == 0, office.printed
    assert "item 1 has had its time" in office.log
    prove_all_done(office, job_id, visits)


def test_worker_killed_while_the_system_holds_its_reply_finds_the_write_done(
    shared_office: Office, practice: Practice
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_after", path=FORM, method="POST", times=1)
    worker = office.start()
    wait_for(lambda: len(practice.clinic.writes()) > office.saves_before)
    worker.kill_all()
    assert worker.wait() == KILLED

    code = office.work()

    assert code == 0, office.printed
    assert office.effects(job_id) == [EffectState.CONFIRMED, EffectState.MADE]
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("who", ["supervisor", "slot"])
def test_killed_process_leaves_no_browser_behind(office: Office, practice: Practice, who: str) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_before", path=FORM, method="GET", times=1)
    worker = office.start()
    wait_for(lambda: practice.happened("hung_before"))
    browsers = worker.browsers()
    if who == "supervisor":
        worker.kill()
    else:
        worker.send(signal.SIGKILL, worker.slots())

    wait_for(lambda: not any(map(lives, browsers)))

    assert browsers
    assert worker.wait() == (KILLED if who == "supervisor" else 0), office.printed
    assert office.work() == 0, office.printed
    prove_all_done(office, job_id, visits)
