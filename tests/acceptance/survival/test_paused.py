"""A machine that a person pauses: its worker lives on, and its slots take no item until it is resumed."""

import socket

import pytest

from rpa.models import Actor, ActorKind
from rpa.states import ItemState
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import wait_for

pytestmark = pytest.mark.timeout(1200)

BY = Actor(ActorKind.PERSON, "tester")


def test_a_paused_machine_takes_no_item_until_it_is_resumed(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(2)
    worker = office.start(slots=1, until_idle=False)
    office.await_slots(1)

    _pause(office)
    wait_for(lambda: not worker.slots())
    job_id = office.submit(visits)
    wait_for(lambda: office.log.count("this machine is paused") == 1)
    held = [(one.state, one.attempts) for one in office.items()]
    _resume(office)
    office.await_end_of_work()

    assert held == [(ItemState.PENDING, 0)] * 2
    assert worker.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_what_is_under_way_is_done_before_the_pause(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(4)
    practice.clinic.faults.set("slow", path="/patients/*/contact/edit", method="GET", seconds=3)
    job_id = office.submit(visits)
    worker = office.start(slots=1, until_idle=False)
    wait_for(lambda: ItemState.RUNNING in [one.state for one in office.items()])

    _pause(office)
    wait_for(lambda: "this machine is paused" in office.log and not worker.slots())
    with office.desk() as desk:
        states = sorted(one.state for one in desk.views.items(job_id))
    _resume(office)
    office.await_end_of_work()

    assert states == [ItemState.COMPLETED, ItemState.PENDING, ItemState.PENDING, ItemState.PENDING]
    assert worker.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)


def test_a_worker_that_starts_on_a_paused_machine_takes_nothing(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(1)
    first = office.start(slots=1, until_idle=False)
    office.await_slots(1)
    _pause(office)
    first.stop()
    job_id = office.submit(visits)

    second = office.start(slots=1, until_idle=False)
    wait_for(lambda: office.log.count("this machine is paused") >= 2)
    slots = second.slots()
    _resume(office)
    office.await_end_of_work()

    assert slots == []
    assert second.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)


def _pause(office: Office) -> None:
    with office.desk() as desk:
        desk.machines.pause(socket.gethostname(), by=BY, why="it gets a new screen")


def _resume(office: Office) -> None:
    with office.desk() as desk:
        desk.machines.resume(socket.gethostname(), by=BY, why="it has one")
