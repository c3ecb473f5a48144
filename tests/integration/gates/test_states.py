"""What is told of a system: who is in it, its faults, and why it is closed."""

from datetime import timedelta

from rpa.db.tables import worker
from tests.integration.gates.conftest import Office


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
