"""The clock of leases, and a server whose own clock is moved or which takes its time to answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.exceptions import ClaimLost
from rpa.models import Write
from tests.conftest import HandClock
from tests.integration.conftest import BOT, LEASE, Bench

CHANGE = Write("change", "a field", {"x": 1}, {"x": 2})


class DistantServer(Database):
    """A database with a clock of its own, which can be set, and a way to it that can be slow."""

    def __init__(self, url: str, clock: HandClock) -> None:
        super().__init__(url)
        self.ahead = timedelta()
        self.seconds_there = 0.0
        self._clock = clock

    def server_time(self) -> datetime:
        self._clock.pass_by(seconds=self.seconds_there)
        return self._clock.now() + self.ahead


@pytest.fixture
def server(tmp_path: Path, clock: HandClock) -> DistantServer:
    return DistantServer(f"sqlite:///{tmp_path / 'rpa.db'}", clock)


def test_answer_that_took_long_does_not_move_the_clock(server: DistantServer, clock: HandClock) -> None:
    leases = LeaseClock(server, clock)
    server.seconds_there = 20

    known = leases.look()

    assert not known
    assert abs(leases.now() - clock.now()) < timedelta(seconds=1)


@pytest.mark.parametrize("hours", [3, -3])
def test_clock_of_the_server_that_jumps_is_followed_and_not_trusted_for_a_while(
    server: DistantServer, clock: HandClock, hours: int
) -> None:
    leases = LeaseClock(server, clock)
    clock.pass_by(minutes=10)
    server.ahead = timedelta(hours=hours)

    leases.look()

    assert abs(leases.now() - server.server_time()) < timedelta(seconds=1)
    assert leases.steady_for < 1


def test_lease_that_ends_later_than_any_can_is_from_before_a_jump(server: DistantServer, clock: HandClock) -> None:
    leases = LeaseClock(server, clock)
    longest = leases.now() + LEASE

    latest = leases.latest_end(LEASE)

    assert latest is not None and longest < latest < longest + 2 * LEASE


def test_clock_that_was_told_by_another_process_of_the_machine_is_that_of_the_server(
    server: DistantServer, clock: HandClock
) -> None:
    supervisors, slots = LeaseClock(server, clock), LeaseClock(server, clock)
    server.ahead = timedelta(hours=3)
    supervisors.look()

    slots.follow(supervisors.offset)

    assert abs(slots.now() - server.server_time()) < timedelta(seconds=1)
    assert slots.steady_for < 1


def test_item_claimed_right_before_the_clock_of_leases_jumps_is_still_held(bench: Bench) -> None:
    leases = LeaseClock(bench.database, bench.clock)
    bench.clock.pass_by(seconds=61)
    bench.submit("a")
    claim = bench.claim()
    journal = replace(bench.journals, leases=leases, lease=LEASE).of(claim, BOT)

    leases.follow(leases.offset + 3 * 3600)
    intent = journal.intend(CHANGE)
    bench.clock.pass_by(seconds=61)

    assert intent.write == CHANGE
    with pytest.raises(ClaimLost, match="within its lease"):
        journal.intend(CHANGE)
