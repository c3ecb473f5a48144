"""A system outside of its hours or under maintenance is closed until they begin, or it ends."""

from dataclasses import replace
from datetime import datetime

from rpa.db import Database
from tests.conftest import HandClock
from tests.integration.gates.conftest import EPR, PAS, Office, gates_of


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
