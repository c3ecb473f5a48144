"""A system that a person has paused is left alone until a person resumes it; the record says who did, and why."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from rpa.audit import verify
from rpa.db import Database
from rpa.exceptions import NotFoundError, UsageError
from tests.conftest import HandClock
from tests.integration.conftest import PERSON
from tests.integration.gates.conftest import EPR, ERS, PAS, Office, gates_of


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
