"""The wall clock of the workers, or the clock of the database, is set by hours in the middle of items.

No lease is lost by it: nothing is rescued from a worker that lives. None is kept: what a worker holds that stands still
goes to another when its lease is over, whatever the clock shows.
"""

import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.survival.clocks import ServerClock, WallClock, server_clock
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.jumping import MODULE
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import RunningWorker, wait_for

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

LEASE = 4
VISITS = 16
JUMPS = (timedelta(hours=3), timedelta(hours=-2), timedelta(days=2), timedelta())


@pytest.fixture
def slow(practice: Practice) -> None:
    """Let each item last so long that it is held when the leases are looked through."""
    practice.clinic.faults.set("slow", path="/patients/*/contact/edit", method="GET", seconds=3)


@pytest.mark.usefixtures("slow")
def test_wall_clock_that_jumps_moves_no_lease(shared_office: Office, practice: Practice, wall_clock: WallClock) -> None:
    office, visits = shared_office, practice.take(VISITS)
    job_id = office.submit(visits)
    workers = start_two(office, wall_clock)

    for number, ahead in enumerate(JUMPS, start=1):
        wait_for_completed(office, job_id, 2 * number)
        wall_clock.jump(ahead)
    office.await_end_of_work()

    assert office.lost(job_id) == []
    assert [one.stop() for one in workers] == [0, 0], office.printed
    prove_all_done(office, job_id, visits, one_clock=False)


@pytest.mark.usefixtures("slow")
@on_postgresql
@pytest.mark.parametrize("hours", [3, -3])
def test_clock_of_the_database_that_jumps_loses_no_lease(
    shared_office: Office, practice: Practice, database_clock: ServerClock, wall_clock: WallClock, hours: int
) -> None:
    office, visits = shared_office, practice.take(VISITS)
    job_id = office.submit(visits)
    workers = start_two(office, wall_clock)
    wait_for_completed(office, job_id, 2)

    database_clock.jump(timedelta(hours=hours))
    office.await_end_of_work()

    assert office.lost(job_id) == []
    assert [one.stop() for one in workers] == [0, 0], office.printed
    prove_all_done(office, job_id, visits, one_clock=False)


@on_postgresql
def test_clock_of_the_database_that_is_put_back_keeps_no_lease(
    shared_office: Office, practice: Practice, database_clock: ServerClock, wall_clock: WallClock
) -> None:
    office, visits = shared_office, practice.take(3)
    job_id = office.submit(visits)
    practice.clinic.faults.set("hung_before", path="/patients/*/contact/edit", method="GET", times=1)
    stopped = start(office, wall_clock, slots=1)
    wait_for(lambda: practice.happened("hung_before"))
    stopped.send(signal.SIGSTOP)

    database_clock.jump(timedelta(hours=-3))
    other = start(office, wall_clock, slots=1)
    office.await_end_of_work()

    assert "item.rescued" in office.lost(job_id)
    stopped.send(signal.SIGCONT)
    assert [one.stop() for one in (stopped, other)] == [0, 0], office.printed
    prove_all_done(office, job_id, visits, one_clock=False)


@pytest.fixture
def shared_office(database_url: str, open_office: Open) -> Office:
    return open_office(database_url=database_url, lease_seconds=LEASE)


@pytest.fixture
def wall_clock(tmp_path: Path) -> WallClock:
    return WallClock(tmp_path)


@pytest.fixture
def database_clock(database_url: str) -> Iterator[ServerClock]:
    with server_clock(database_url) as clock:
        yield clock


def start(office: Office, clock: WallClock, *, slots: int = 2) -> RunningWorker:
    return office.start(slots=slots, until_idle=False, environment=clock.environment, module=MODULE)


def start_two(office: Office, clock: WallClock) -> list[RunningWorker]:
    workers = [start(office, clock) for _ in range(2)]
    office.await_slots(4)
    return workers


def wait_for_completed(office: Office, job_id: int, number: int) -> None:
    with office.desk() as desk:
        wait_for(lambda: desk.views.totals(job_id).completed >= number)
