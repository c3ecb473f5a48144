"""Two hosts with PostgreSQL between them: one is cut off in the middle of its items, and comes back or does not."""

from collections.abc import Iterator

import orjson
import pytest
from sqlalchemy import select

from rpa.db.tables import event
from rpa.states import EffectState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.holding import MODULE
from tests.acceptance.survival.hosts import MIDDLE, Host, Network, network
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.postgresql import Server, running_server
from tests.acceptance.survival.practice import Practice, Visit
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.root import need_root
from tests.acceptance.survival.running import RunningWorker, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

LEASE = 5


@pytest.fixture(scope="module")
def hosts(running: Practice) -> Iterator[Network]:
    need_root("ip", "nsenter", "unshare", "hostname")
    with network(running.clinic.address) as made:
        yield made


@pytest.fixture(scope="module")
def server(hosts: Network) -> Iterator[Server]:
    with running_server(host=MIDDLE, within=hosts.middle.within) as made:
        yield made


class Site:
    """An installation that both hosts share."""

    def __init__(self, open_office: Open, server: Server) -> None:
        database = server.new_database()
        self.office: Office = open_office(database_url=server.address_here(database), lease_seconds=LEASE)
        self._environment = {"RPA_DATABASE_URL": server.address(database)}

    def start(self, host: Host, *fates: str) -> RunningWorker:
        """Start a worker with two slots on a host."""
        return self.office.start(*fates, slots=2, until_idle=False, within=host.within,
                                 environment=self._environment, module=MODULE if fates else "")  # fmt: skip

    def at_work(self, host: Host) -> bool:
        """Whether the slots of a host are there."""
        with self.office.desk() as desk:
            return sum(one.host == host.name and one.parent is not None for one in desk.workers.at_work()) == 2

    def holds_items(self, host: Host) -> bool:
        """Whether each slot of a host holds an item."""
        with self.office.desk() as desk:
            mine = [one for one in desk.workers.at_work() if one.host == host.name and one.parent is not None]
        return len(mine) == 2 and all(one.item_id is not None for one in mine)

    def hosts_of(self, job_id: int) -> set[str]:
        """Return the hosts that took items of a job."""
        claims = select(event.c.body).where(event.c.run == f"job-{job_id}", event.c.name == "item.claimed")
        with self.office.desk() as desk, desk.database.reading() as connection:
            return {orjson.loads(bytes(body))["origin"]["host"] for body in connection.execute(claims).scalars()}

    def begin_afresh(self, visits: list[Visit]) -> list[Visit]:
        """Let the clinic as it is now be what the next job begins with."""
        self.office.before = self.office.clinic.snapshot()
        self.office.saves_before = len(self.office.clinic.writes())
        return visits


@pytest.fixture
def site(open_office: Open, server: Server) -> Site:
    return Site(open_office, server)


@pytest.mark.parametrize("clinic_too", [False, True], ids=["from the database", "from everything"])
def test_host_that_is_cut_off_loses_its_items_to_the_other_and_comes_back(
    site: Site, hosts: Network, practice: Practice, clinic_too: bool
) -> None:
    office, visits = site.office, practice.take(8)
    job_id = office.submit(visits)
    # Its intents are recorded, and the forms come when the lease is long over: whoever goes on then writes.
    practice.clinic.faults.set("slow", path="/patients/*/contact/edit", method="GET", seconds=2.5 * LEASE, times=2)
    north = site.start(hosts.north)
    wait_for(lambda: office.effects(job_id) == [EffectState.INTENDED] * 2)

    hosts.north.pull_cable(clinic_too=clinic_too)
    south = site.start(hosts.south)
    office.await_end_of_work()
    prove_all_done(office, job_id, visits)
    hosts.north.plug_cable()
    wait_for(lambda: site.at_work(hosts.north))

    more = site.begin_afresh(practice.take(12))
    second_id = office.submit(more)
    office.await_end_of_work()
    assert [north.stop(), south.stop()] == [0, 0], office.printed
    assert site.hosts_of(second_id) == {"north", "south"}
    prove_all_done(office, second_id, more)


@pytest.mark.parametrize(("commit", "killed"), [(2, False), (4, True)], ids=["that claims", "that intends, and killed"])
def test_host_that_is_cut_off_in_the_middle_of_a_commit_holds_up_nobody(
    site: Site, hosts: Network, practice: Practice, commit: int, killed: bool
) -> None:
    office, visits = site.office, practice.take(4)
    job_id = office.submit(visits)
    place = f"slot@before:{commit}"
    north = site.start(hosts.north, place)
    wait_for(lambda: office.has_met(place))

    hosts.north.pull_cable(clinic_too=True)
    if killed:
        north.kill_all()
    south = site.start(hosts.south)

    office.await_end_of_work()
    assert south.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)
    north.kill_all()
    hosts.north.plug_cable()
