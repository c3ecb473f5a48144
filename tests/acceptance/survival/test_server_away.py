"""PostgreSQL is restarted, cuts connections, freezes, is gone or read-only while two workers with two slots work."""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from random import Random, SystemRandom

import pytest

from rpa.clock import SystemClock
from rpa.states import EffectState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.losses import Sent, losing_relay
from tests.acceptance.survival.postgresql import FAST, IMMEDIATE, Server, running_server
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import wait_for
from tests.acceptance.survival.two import let_them_finish, start_two

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

LEASE = 4
VISITS = 8
RESTARTS, CUTS = 8, 30


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as made:
        yield made


@pytest.mark.parametrize("how", [FAST, IMMEDIATE], ids=["fast", "immediate"])
def test_server_restarted_again_and_again_only_stalls_the_workers(
    open_office: Open, practice: Practice, server: Server, how: signal.Signals
) -> None:
    database = server.new_database()
    office, visits = open_office(database_url=server.address(database), lease_seconds=LEASE), practice.take(VISITS)
    job_id = office.submit(visits)
    workers = start_two(office)

    for seconds in moments(RESTARTS, mean=1.0):
        SystemClock().sleep(seconds)
        server.restart(how)

    let_them_finish(office, workers)
    prove_all_done(office, job_id, visits)


def test_connections_cut_again_and_again_only_stall_the_workers(
    open_office: Open, practice: Practice, server: Server
) -> None:
    database = server.new_database()
    office, visits = open_office(database_url=server.address(database), lease_seconds=LEASE), practice.take(VISITS)
    job_id = office.submit(visits)
    workers = start_two(office)

    for seconds in moments(CUTS, mean=0.4):
        SystemClock().sleep(seconds)
        server.cut_connections(database)

    let_them_finish(office, workers)
    prove_all_done(office, job_id, visits)


def test_connection_lost_at_a_commit_leaves_no_doubt_whether_it_was_made(
    open_office: Open, practice: Practice, server: Server
) -> None:
    database = server.new_database()
    office, visits = open_office(database_url=server.address(database), lease_seconds=10), practice.take(VISITS)
    job_id = office.submit(visits)
    with losing_relay((server.host, server.port), every={Sent.ALONE: 11, Sent.WITH_OTHERS: 5}) as relay:
        workers = start_two(office, {"RPA_DATABASE_URL": server.address(database, port=relay.port)})

        wait_for(lambda: min(relay.losses.values()) >= 2)

        relay.calm_down()
        let_them_finish(office, workers)
    prove_all_done(office, job_id, visits)


@contextmanager
def gone(server: Server, _database: str) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@contextmanager
def frozen(server: Server, _database: str) -> Iterator[None]:
    with server.frozen():
        yield


@contextmanager
def read_only(server: Server, database: str) -> Iterator[None]:
    """As after a failover to a server that only follows another."""
    server.ask(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    server.cut_connections(database)
    yield
    server.ask(f"ALTER DATABASE {database} RESET default_transaction_read_only")
    server.cut_connections(database)


@pytest.mark.parametrize("outage", [gone, frozen, read_only], ids=lambda outage: outage.__name__)
def test_server_that_is_away_for_longer_than_a_lease_only_stalls_the_workers(
    open_office: Open, practice: Practice, server: Server,
    outage: Callable[[Server, str], AbstractContextManager[None]],
) -> None:  # fmt: skip
    database = server.new_database()
    office, visits = open_office(database_url=server.address(database), lease_seconds=LEASE), practice.take(VISITS)
    job_id = office.submit(visits)
    workers = start_two(office)
    office.await_effect(EffectState.INTENDED)

    with outage(server, database):
        SystemClock().sleep(2 * LEASE)

    let_them_finish(office, workers)
    prove_all_done(office, job_id, visits)


def moments(number: int, *, mean: float) -> list[float]:
    seed = SystemRandom().randrange(2**32)
    print(f"{seed=}")
    random = Random(seed)  # noqa: S311 - repeatable moments, no secret
    return [random.expovariate(1 / mean) for _ in range(number)]
