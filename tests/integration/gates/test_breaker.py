"""A system that has too many faults in a row is left alone, and an alarm tells of it."""

from dataclasses import replace

from sqlalchemy import select

from rpa.db import Database
from rpa.db.tables import alarm
from rpa.models import Actor, ActorKind
from tests.conftest import HandClock
from tests.integration.gates.conftest import PAS, Office, gates_of


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
