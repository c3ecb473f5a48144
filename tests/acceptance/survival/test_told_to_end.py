"""A worker that is told to end: at the first signal it gives its items back at the next step, at the second at once."""

import signal

import pytest

from rpa.states import EffectState, ItemState
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import RunningWorker, wait_for

pytestmark = pytest.mark.timeout(1200)


def test_first_signal_lets_the_slot_finish_its_step_and_give_its_item_back(
    shared_office: Office, practice: Practice
) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)
    worker = _worker_with_its_form_filled_in(office)

    worker.process.terminate()
    _await_told(office)
    worker.send(signal.SIGCONT, worker.slots())

    assert worker.wait() == 0, office.printed
    assert office.effects(job_id) == [EffectState.MADE]
    assert [(one.state, one.attempts, one.crashes) for one in office.items()] == [(ItemState.PENDING, 0, 0)] * 2
    assert office.work() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_second_signal_ends_all_at_once_and_puts_the_items_back(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)
    worker = _worker_with_its_form_filled_in(office)

    worker.process.send_signal(signal.SIGINT)
    _await_told(office)
    worker.process.send_signal(signal.SIGINT)

    assert worker.wait() == 0, office.printed
    assert office.effects(job_id) == [EffectState.INTENDED]
    assert [(one.state, one.attempts, one.crashes) for one in office.items()] == [(ItemState.PENDING, 0, 0)] * 2
    assert office.work() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_worker_that_waits_for_work_ends_at_the_first_signal(shared_office: Office) -> None:
    worker = shared_office.start(slots=2, until_idle=False)
    shared_office.await_slots(2)

    code = worker.stop()

    assert code == 0, shared_office.printed
    with shared_office.desk() as desk:
        assert not desk.workers.at_work()


def _worker_with_its_form_filled_in(office: Office) -> RunningWorker:
    """Return a worker whose slot has stopped in the middle of a step, before it sends a form."""
    worker = office.start("slot@asleep:1")
    wait_for(lambda: office.has_met("slot@asleep:1"))
    return worker


def _await_told(office: Office) -> None:
    wait_for(lambda: "told to end" in office.log)
