"""Items of a system that may not be used wait, keep their attempts, and go on when it may."""

from dataclasses import replace

import pytest

from rpa.audit import Pseudonyms, Record
from rpa.audit.record import Origin
from rpa.db import Database
from rpa.gates import Gates
from rpa.models import Ending
from rpa.queue import Queue
from rpa.states import Failure, ItemState
from rpa.systems import System, Systems
from rpa.turns import Turns
from rpa.views import Views
from tests.conftest import HandClock
from tests.integration.conftest import LEASE, PERSON, Bench

REFUSED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="NO_MATCH")
BROKEN = Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="HTTP_503", system="pas")

MISTAKE = Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="UNEXPECTED")
IN_DOUBT = Ending(ItemState.FAILED, failure=Failure.IN_DOUBT, code="IN_DOUBT")
ROW_CHANGED = Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="ROW_CHANGED")


@pytest.fixture
def gates(clock: HandClock) -> Gates:
    system = System("pas", "https://pas.example.nhs.uk", max_sessions=1, breaker=2)
    return Gates(Systems([system]), Record(Origin("host", "worker", "0"), clock), clock)


@pytest.fixture
def bench(bench: Bench, database: Database, clock: HandClock, gates: Gates) -> Bench:
    record = Record(Origin("host", "worker", "0"), clock)
    turns = Turns(clock, gates, lambda: {"tidy_up": ["pas"]})
    queue = Queue(database, record, Pseudonyms(b"k" * 32), clock, turns=turns)
    return replace(bench, queue=queue, views=Views(database))


def test_items_of_a_paused_system_wait_without_using_attempts(bench: Bench, gates: Gates) -> None:
    bench.submit("a")
    with bench.database.transaction() as connection:
        gates.pause(connection, "pas", by=PERSON, why="upgrade")
    waited = [bench.nothing_due() for _ in range(3)]
    with bench.database.transaction() as connection:
        gates.resume(connection, "pas", by=PERSON, why="upgraded")

    claim = bench.claim()

    assert waited == [True] * 3
    assert claim.attempt == 1


def test_attempt_under_way_when_its_system_is_paused_ends_as_any_other(bench: Bench, gates: Gates) -> None:
    bench.submit("a")
    claim = bench.claim()
    with bench.database.transaction() as connection:
        gates.pause(connection, "pas", by=PERSON, why="upgrade")

    assert bench.finish(claim) == ItemState.COMPLETED


def test_faults_of_items_stop_all_items_of_the_system_until_a_probe_finds_it_well(bench: Bench, gates: Gates) -> None:
    bench.submit("a", "b", "c")
    for _ in range(2):
        bench.finish(bench.claim(), BROKEN)
    stopped = bench.nothing_due()
    with bench.database.transaction() as connection:
        gates.probed(connection, "pas", well=True)

    claim = bench.claim()

    assert stopped
    assert (claim.key, claim.attempt) == ("c", 1)


def test_refusal_by_a_rule_shows_that_the_system_answers(bench: Bench) -> None:
    bench.submit("a", "b", "c", "d")
    for ending in (BROKEN, REFUSED, BROKEN):
        bench.finish(bench.claim(), ending)

    assert not bench.nothing_due()


@pytest.mark.parametrize("ending", [MISTAKE, IN_DOUBT, ROW_CHANGED], ids=lambda one: one.code)
def test_mistake_of_the_robot_does_not_show_that_the_system_is_well(bench: Bench, ending: Ending) -> None:
    bench.submit("a", "b", "c", "d")

    for one in (BROKEN, ending, BROKEN):
        bench.finish(bench.claim(), one)

    assert bench.nothing_due()


def test_mistake_of_the_robot_does_not_end_the_trial_of_a_system(bench: Bench, gates: Gates) -> None:
    bench.submit("a", "b", "c", "d", "e")
    for _ in range(2):
        bench.finish(bench.claim(), BROKEN)
    with bench.database.transaction() as connection:
        gates.probed(connection, "pas", well=True)
    bench.finish(bench.claim(), MISTAKE)

    bench.finish(bench.claim(), BROKEN)

    assert bench.nothing_due()


def test_slot_without_a_seat_gets_no_item_and_takes_over_that_of_a_lost_one(bench: Bench) -> None:
    bench.submit("a", "b")
    bench.claim("w1")
    refused = bench.queue.claim("w2", ["tidy_up"], lease=LEASE)

    bench.queue.rescue(dead_workers=["w1"])

    assert refused is None
    assert bench.claim("w2").worker == "w2"
