"""A system may be used when it is open, well and has a seat left, and every change of that is in the record."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import Connection, select

from rpa.audit import Record, verify
from rpa.audit.record import SYSTEM_RUN, Origin
from rpa.db import Database
from rpa.db.tables import alarm, event, seat, worker
from rpa.exceptions import NotFoundError, UsageError
from rpa.gates import Gates, SystemState
from rpa.models import Actor, ActorKind
from rpa.systems import System, Systems
from tests.conftest import HandClock
from tests.integration.conftest import PERSON

PAS = System("pas", "https://pas.example.nhs.uk", max_sessions=2, breaker=3)
ERS = System("ers", "https://ers.example.nhs.uk", max_sessions=1)
EPR = System("epr", "https://epr.example.nhs.uk")
ALL = ("epr", "ers", "pas")
SLOTS, MOST = 20, 3
T = TypeVar("T")


@dataclass(frozen=True)
class Office:
    """The gates of a database, each call in a transaction of its own."""

    database: Database
    clock: HandClock
    gates: Gates

    def closed(self, *names: str) -> dict[str, str]:
        return self.do(lambda connection: self.gates.closed(connection, names or ALL))

    def fault(self, *names: str, times: int = 1) -> None:
        for _ in range(times):
            self.end(*names, fault="HTTP_503")

    def end(self, *names: str, fault: str | None, worker_id: str = "w1") -> None:
        self.do(lambda connection: self.gates.attempt_ended(connection, names, fault=fault, worker_id=worker_id))

    def take(self, worker_id: str, *names: str) -> bool:
        return self.do(lambda connection: self.gates.take_seats(connection, names, worker_id))

    def due(self, names: tuple[str, ...] | None = None) -> str | None:
        return self.do(lambda connection: self.gates.due_probe(connection, names))

    def probed(self, name: str, *, well: bool) -> None:
        self.do(lambda connection: self.gates.probed(connection, name, well=well))

    def pause(self, name: str, why: str = "upgrade") -> None:
        self.do(lambda connection: self.gates.pause(connection, name, by=PERSON, why=why))

    def resume(self, name: str) -> None:
        self.do(lambda connection: self.gates.resume(connection, name, by=PERSON, why="upgraded"))

    def state(self, name: str) -> SystemState:
        return next(one for one in self.do(self.gates.states) if one.name == name)

    def seats(self) -> set[tuple[str, str]]:
        taken = select(seat.c.system, seat.c.worker)
        return {(name, holder) for name, holder in self.do(lambda connection: connection.execute(taken).all())}

    def told(self) -> list[tuple[str, Actor, dict[str, Any]]]:
        """Return name, actor and facts of what the record says of systems."""
        wanted = select(event.c.body).where(event.c.run == SYSTEM_RUN).order_by(event.c.seq)
        bodies = map(orjson.loads, self.do(lambda connection: connection.execute(wanted).scalars().all()))
        return [(one["name"], Actor(ActorKind(one["actor"]["kind"]), one["actor"]["name"]), one["facts"])
                for one in bodies]  # fmt: skip

    def do(self, work: Callable[[Connection], T]) -> T:
        with self.database.transaction() as connection:
            return work(connection)


@pytest.fixture
def office(database: Database, clock: HandClock) -> Office:
    return Office(database, clock, gates_of(clock, PAS, ERS, EPR))


def gates_of(clock: HandClock, *systems: System) -> Gates:
    return Gates(Systems(systems), Record(Origin("host", "worker", "0"), clock), clock)


def test_paused_system_says_by_whom_since_when_and_why(office: Office) -> None:
    office.pause("pas", "upgrade to 9.2")

    assert office.closed() == {"pas": "paused by A. Clerk since Mon 23 Nov 09:00: upgrade to 9.2"}
    assert office.told() == [("system.paused", PERSON, {"system": "pas"})]


def test_only_the_systems_asked_for_are_told(office: Office) -> None:
    office.pause("pas")

    assert office.closed("epr", "ers") == {}


def test_asking_for_no_system_asks_the_database_nothing(office: Office) -> None:
    with office.database.engine.connect() as connection:
        pass

    assert office.gates.closed(connection, ()) == {}
    assert office.gates.take_seats(connection, ("epr",), "w1")
    office.gates.attempt_ended(connection, (), fault="HTTP_503", worker_id="w1")


def test_resumed_system_is_open_and_the_record_says_who_resumed_it(office: Office, database: Database) -> None:
    office.pause("pas")

    office.resume("pas")

    assert office.closed() == {}
    assert office.told()[1:] == [("system.resumed", PERSON, {"system": "pas"})]
    assert verify(database).clean


def test_another_worker_sees_a_pause_and_its_end_at_its_next_claim(office: Office, clock: HandClock) -> None:
    other = replace(office, gates=gates_of(clock, PAS, ERS, EPR))
    open_before = other.closed()
    office.pause("pas")
    closed = other.closed()
    office.resume("pas")

    assert (open_before, list(closed), other.closed()) == ({}, ["pas"], {})


def test_paused_system_is_not_paused_again(office: Office) -> None:
    office.pause("pas", "upgrade")

    with pytest.raises(UsageError, match=r"pas is paused by A\. Clerk since Mon 23 Nov 09:00: upgrade"):
        office.pause("pas", "another reason")

    assert len(office.told()) == 1


def test_system_in_use_is_not_resumed(office: Office) -> None:
    with pytest.raises(UsageError, match="neither paused nor left alone"):
        office.resume("pas")

    assert office.told() == []


@pytest.mark.parametrize("decide", [Office.pause, Office.resume])
def test_unknown_system_is_refused_with_those_there_are(office: Office, decide: Callable[[Office, str], None]) -> None:
    with pytest.raises(NotFoundError, match=r"'pass' is not registered; registered: epr, ers, pas"):
        decide(office, "pass")


def test_faults_in_a_row_from_any_worker_open_the_breaker(office: Office) -> None:
    for worker_id in ("w1", "w2", "w3"):
        assert office.closed() == {}
        office.end("pas", fault="HTTP_503", worker_id=worker_id)

    assert office.closed() == {
        "pas": "left alone after 3 faults in a row, the last HTTP_503, next look at Mon 23 Nov 09:01"
    }
    library = Actor(ActorKind.LIBRARY, "rpa")
    assert office.told() == [
        ("system.breaker_opened", library, {"system": "pas", "faults": 3, "code": "HTTP_503", "worker": "w3"})
    ]


def test_opened_breaker_raises_one_alarm_that_names_the_system(office: Office) -> None:
    office.fault("pas", times=5)

    raised = office.do(lambda connection: connection.execute(select(alarm)).mappings().one())

    assert (raised["kind"], raised["subject"], raised["count"]) == ("breaker_opened", "pas", 1)
    assert "pas is left alone after 3 faults in a row, the last HTTP_503;" in raised["text"]


def test_success_in_between_begins_the_count_again(office: Office) -> None:
    office.fault("pas", times=2)
    office.end("pas", fault=None)
    office.fault("pas", times=2)

    assert office.closed() == {}
    assert office.state("pas").faults == 2


def test_fault_counts_only_for_the_systems_that_had_it(office: Office) -> None:
    office.fault("pas", times=3)

    assert list(office.closed()) == ["pas"]
    assert office.state("epr").faults == 0


def test_breaker_of_none_never_opens(database: Database, clock: HandClock) -> None:
    office = Office(database, clock, gates_of(clock, replace(PAS, breaker=0)))

    office.fault("pas", times=50)

    assert office.closed() == {}


def test_faults_of_a_system_that_is_not_registered_are_passed_over(office: Office) -> None:
    office.fault("nowhere", times=9)

    assert office.closed("nowhere") == {}


def test_success_of_an_attempt_under_way_does_not_close_an_open_breaker(office: Office) -> None:
    office.fault("pas", times=3)

    office.end("pas", fault=None)

    assert list(office.closed()) == ["pas"]
    assert office.state("pas").faults == 3


def test_person_can_resume_a_system_that_is_left_alone(office: Office) -> None:
    office.fault("pas", times=3)

    office.resume("pas")
    office.fault("pas", times=2)

    assert office.closed() == {}


def test_probe_is_due_after_its_time_and_for_one_worker_only(office: Office) -> None:
    office.fault("pas", times=3)
    too_early = office.due()
    office.clock.pass_by(seconds=61)

    first, second = office.due(), office.due()

    assert (too_early, first, second) == (None, "pas", None)


def test_of_workers_that_ask_at_the_same_moment_one_probes(office: Office, database_url: str) -> None:
    office.fault("pas", times=3)
    office.clock.pass_by(seconds=61)

    def ask(connection: Connection, _: int) -> str | None:
        return office.gates.due_probe(connection)

    asked = at_once(database_url, 8, ask)

    assert sorted(filter(None, asked)) == ["pas"]


def test_probe_of_a_worker_that_died_over_it_is_done_by_another(office: Office) -> None:
    office.fault("pas", times=3)
    office.clock.pass_by(seconds=61)
    office.due()

    office.clock.pass_by(seconds=121)

    assert office.due() == "pas"


def test_only_systems_a_worker_has_bots_for_are_due_for_it(office: Office) -> None:
    office.fault("pas", times=3)
    office.clock.pass_by(seconds=61)

    assert office.due(("epr",)) is None
    assert office.due(("epr", "pas")) == "pas"


def test_each_failed_probe_doubles_the_wait_up_to_half_an_hour(office: Office) -> None:
    office.fault("pas", times=3)
    waits = []

    for _ in range(7):
        before = office.clock.time
        waits.append(round((next_look(office) - before).total_seconds()))
        office.clock.time = next_look(office)
        assert office.due() == "pas"
        office.probed("pas", well=False)

    assert waits == [60, 120, 240, 480, 960, 1800, 1800]
    assert list(office.closed()) == ["pas"]


def next_look(office: Office) -> datetime:
    found = office.state("pas").next_opening
    assert found is not None
    return found


def test_system_that_a_probe_found_well_is_used_again(office: Office, database: Database) -> None:
    office.fault("pas", times=3)

    office.probed("pas", well=True)

    assert office.closed() == {}
    assert office.told()[1:] == [("system.resumed", Actor(ActorKind.LIBRARY, "rpa"), {"system": "pas", "why": "probe"})]
    assert verify(database).clean


def test_first_fault_after_a_probe_opens_the_breaker_again_for_longer(office: Office) -> None:
    office.fault("pas", times=3)
    office.probed("pas", well=True)

    office.fault("pas")

    assert office.closed() == {"pas": "left alone after a fault, HTTP_503, next look at Mon 23 Nov 09:02"}


def test_success_after_a_probe_gives_the_system_its_full_count_back(office: Office) -> None:
    office.fault("pas", times=3)
    office.probed("pas", well=True)
    office.end("pas", fault=None)

    office.fault("pas", times=2)

    assert office.closed() == {}


def test_probe_that_comes_after_a_person_resumed_changes_nothing(office: Office) -> None:
    office.fault("pas", times=3)
    office.resume("pas")

    office.probed("pas", well=False)
    office.probed("pas", well=True)

    assert office.closed() == {}
    assert [name for name, *_ in office.told()] == ["system.breaker_opened", "system.resumed"]


def test_paused_system_is_not_probed(office: Office) -> None:
    office.fault("pas", times=3)
    office.pause("pas")
    office.clock.pass_by(hours=1)

    assert office.due() is None


def test_system_outside_of_its_hours_is_closed_until_they_begin(database: Database, clock: HandClock) -> None:
    office = Office(database, clock, gates_of(clock, replace(PAS, hours=("mon-fri 07:00-19:00",)), EPR))
    open_at_nine = office.closed("pas", "epr")
    clock.pass_by(hours=10)

    closed = office.closed("pas", "epr")

    assert open_at_nine == {}
    assert list(closed) == ["pas"]
    assert "Tue 24 Nov" in closed["pas"] and "07:00" in closed["pas"]
    assert office.state("pas").next_opening == datetime(2026, 11, 24, 7, tzinfo=clock.time.tzinfo)
    clock.pass_by(hours=12)
    assert office.closed("pas", "epr") == {}


def test_system_under_maintenance_is_closed_and_not_probed(database: Database, clock: HandClock) -> None:
    office = Office(database, clock, gates_of(clock, replace(PAS, maintenance=("mon 09:30-11:00",))))
    office.fault("pas", times=3)
    clock.pass_by(hours=1)

    closed, due = office.closed("pas"), office.due()
    clock.pass_by(hours=1)

    assert "maintenance" in closed["pas"]
    assert (due, office.due()) == (None, "pas")


def test_slot_keeps_its_seat_and_the_last_one_is_refused(office: Office) -> None:
    taken = [office.take(worker_id, "pas") for worker_id in ("w1", "w2", "w1", "w3", "w2")]

    assert taken == [True, True, True, False, True]
    assert office.seats() == {("pas", "w1"), ("pas", "w2")}


def test_system_without_a_limit_has_no_seats(office: Office) -> None:
    assert all(office.take(f"w{number}", "epr") for number in range(30))
    assert office.seats() == set()


def test_seats_of_several_systems_are_taken_all_or_none(office: Office) -> None:
    office.take("w1", "pas")
    office.take("w2", "pas")

    taken = office.take("w3", "ers", "pas")

    assert not taken
    assert office.seats() == {("pas", "w1"), ("pas", "w2")}


def test_refused_slot_keeps_what_it_held_before(office: Office) -> None:
    office.take("w1", "ers")
    office.take("w2", "pas")
    office.take("w3", "pas")

    assert not office.take("w1", "ers", "pas")
    assert office.seats() == {("ers", "w1"), ("pas", "w2"), ("pas", "w3")}


def test_seat_that_was_given_up_goes_to_another_slot(office: Office) -> None:
    office.take("w1", "pas", "ers")
    office.take("w2", "pas")

    office.do(lambda connection: office.gates.free_seats(connection, "w1", keep=["ers"]))

    assert office.seats() == {("pas", "w2"), ("ers", "w1")}
    assert office.take("w3", "pas") and not office.take("w3", "ers")


def test_seats_of_lost_slots_are_free_again(office: Office) -> None:
    office.take("w1", "pas", "ers")
    office.take("w2", "pas")

    office.do(lambda connection: office.gates.free_seats_of(connection, ["w1", "w2"]))

    assert office.seats() == set()


def test_of_many_slots_at_the_same_moment_no_more_get_a_seat_than_there_are(
    office: Office, database_url: str, clock: HandClock
) -> None:
    gates = gates_of(clock, replace(PAS, max_sessions=MOST))

    def ask(connection: Connection, number: int) -> tuple[bool, int]:
        got = gates.take_seats(connection, ["pas"], f"w{number}")
        return got, len(connection.execute(select(seat)).all())  # the transaction is still of use

    asked = at_once(database_url, SLOTS, ask)

    assert [got for got, _ in asked].count(True) == MOST
    assert all(seen <= MOST for _, seen in asked)
    assert len(office.seats()) == MOST


def test_seats_that_change_hands_all_the_time_are_never_more_than_there_are(
    office: Office, database_url: str, clock: HandClock
) -> None:
    gates = gates_of(clock, replace(PAS, max_sessions=MOST), ERS)

    def come_and_go(database: Database, number: int) -> list[int]:
        seen, names = [], (["pas", "ers"], ["ers", "pas"], ["pas"])[number % 3]
        for _ in range(10):
            with database.transaction() as connection:
                gates.take_seats(connection, names, f"w{number}")
                seen.append(len(connection.execute(select(seat).where(seat.c.system == "pas")).all()))
            with database.transaction() as connection:
                gates.free_seats(connection, f"w{number}")
        return seen

    seen = in_threads(database_url, 8, come_and_go)

    assert max(count for counts in seen for count in counts) in range(1, MOST + 1)
    assert office.seats() == set()


def test_state_tells_of_seats_faults_and_what_is_closed(office: Office) -> None:
    started = {"id": "w1", "host": "pc1", "pid": 7, "process_made_at": "1", "started_at": office.clock.now(), "slot": 2}
    office.do(lambda connection: connection.execute(worker.insert().values(**started)))
    office.take("w1", "pas")
    office.fault("epr")
    office.pause("ers")

    pas, ers, epr = office.state("pas"), office.state("ers"), office.state("epr")

    assert (pas.why_not, pas.max_sessions) == (None, 2)
    assert [(one.worker, one.host, one.slot) for one in pas.seats] == [("w1", "pc1", 2)]
    assert ers.why_not is not None and ers.since is not None and ers.next_opening is None
    assert (epr.why_not, epr.faults, epr.max_sessions, list(epr.seats)) == (None, 1, None, [])


def test_state_of_a_system_left_alone_says_since_when_and_when_it_is_looked_at(office: Office) -> None:
    office.fault("pas", times=3)

    state = office.state("pas")

    assert state.since is not None and state.next_opening == state.since + timedelta(seconds=60)


def at_once(url: str, number: int, ask: Callable[[Connection, int], T]) -> list[T]:
    """Let as many transactions, each on a connection of its own, ask at the same moment."""
    barrier = Barrier(number)

    def one(database: Database, place: int) -> T:
        with database.engine.connect():  # connected beforehand, so that the asking itself is at one moment
            barrier.wait(timeout=30)
        with database.transaction() as connection:
            return ask(connection, place)

    return in_threads(url, number, one)


def in_threads(url: str, number: int, work: Callable[[Database, int], T]) -> list[T]:
    def with_its_own(place: int) -> T:
        database = Database(url)
        try:
            return work(database, place)
        finally:
            database.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(with_its_own, range(number)))
