"""A system that is left alone is looked at now and then, by one worker, and used again when it is well."""

from datetime import datetime

from sqlalchemy import Connection

from rpa.audit import verify
from rpa.db import Database
from rpa.models import Actor, ActorKind
from tests.integration.gates.conftest import Office, at_once


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
