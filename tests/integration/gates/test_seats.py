"""No more slots act in a system at one moment than it may have."""

from dataclasses import replace

from sqlalchemy import Connection, select

from rpa.db import Database
from rpa.db.tables import seat
from tests.conftest import HandClock
from tests.integration.gates.conftest import ERS, PAS, Office, at_once, gates_of, in_threads

SLOTS, MOST = 20, 3


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
