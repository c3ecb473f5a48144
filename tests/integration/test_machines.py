"""The switch of each machine, on each database."""

import pytest

from rpa.audit import Record, Trail
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.exceptions import NotFoundError, UsageError
from rpa.machines import Machines
from rpa.models import Actor, ActorKind
from rpa.workers import Identity, Workers
from tests.integration.conftest import PERSON, Bench

OTHER = Actor(ActorKind.PERSON, "B. Clerk")


@pytest.fixture
def machines(bench: Bench) -> Machines:
    record = Record(Origin("host", "worker", "0"), bench.clock)
    Workers(bench.database, record, bench.clock).register(Identity("w1", "ward-3", 7, "then"))
    return Machines(bench.database, record, bench.clock.now)


def test_a_machine_is_paused_and_resumed_and_the_record_says_by_whom(bench: Bench, machines: Machines) -> None:
    machines.pause("ward-3", by=PERSON, why="it gets a new screen")
    paused = machines.pause_of("ward-3")
    machines.resume("ward-3", by=OTHER, why="it has one")

    assert paused is not None
    assert (paused.paused_by, paused.why, paused.at_once) == (PERSON.name, "it gets a new screen", False)
    assert machines.pauses() == {}
    told = Trail(bench.database).of_run(SYSTEM_RUN, names=["machine.paused", "machine.resumed"])
    assert [(one.name, one.actor.name, one.facts["machine"], one.why) for one in told] == [
        ("machine.paused", PERSON.name, "ward-3", "it gets a new screen"),
        ("machine.resumed", OTHER.name, "ward-3", "it has one"),
    ]


def test_a_machine_that_is_paused_already_says_by_whom(machines: Machines) -> None:
    machines.pause("ward-3", by=PERSON, why="it gets a new screen", at_once=True)

    for at_once in (False, True):
        with pytest.raises(UsageError, match=r"machine ward-3 is paused by A\. Clerk: it gets a new screen"):
            machines.pause("ward-3", by=OTHER, why="again", at_once=at_once)


def test_what_is_waited_for_can_be_ended_at_once(machines: Machines) -> None:
    machines.pause("ward-3", by=PERSON, why="slowly")

    machines.pause("ward-3", by=OTHER, why="it burns", at_once=True)

    assert [(one.paused_by, one.at_once) for one in machines.pauses().values()] == [(OTHER.name, True)]


def test_only_a_machine_on_which_a_worker_runs_is_paused(machines: Machines) -> None:
    with pytest.raises(NotFoundError, match="no worker runs on a machine 'ward-4'"):
        machines.pause("ward-4", by=PERSON, why="a slip")


def test_only_a_paused_machine_is_resumed(bench: Bench, machines: Machines) -> None:
    with pytest.raises(UsageError, match="machine ward-3 is not paused"):
        machines.resume("ward-3", by=PERSON, why="a slip")

    assert Trail(bench.database).of_run(SYSTEM_RUN, names=["machine.resumed"]) == []
