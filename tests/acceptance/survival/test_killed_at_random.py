"""`kill -9` at two hundred random moments, with two workers of two slots each on one database.

What is killed is chosen by chance too: a slot, a supervisor, a worker with all it started, a browser, or the process
that draws a page. Often the next kill comes while the last one is still being recovered from.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from random import Random, SystemRandom

import psutil
import pytest

from rpa.clock import SystemClock
from rpa.demo.clinic import Clinic
from rpa.demo.clinic.seeding import seed
from rpa.queue import MAX_CRASHES
from rpa.states import ItemState
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import RunningWorker, lives, wait_for

KILLS, PARTS = 25, 4
"""On each of the two databases: two hundred kills in all."""
VISITS = 40
SECONDS_A_REQUEST = 0.4
"""The clinic takes its time, so that the visits are not done before the last kill."""
SECONDS_BETWEEN = 0.8
"""On average, from one kill to the next."""
WORKFLOW = "put_right_patiently"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A clinic with visits enough."""
    folder = tmp_path_factory.mktemp("clinic")
    seed(folder / "clinic.sqlite", appointments=2000, today=SystemClock().now().date())
    with Clinic(folder) as clinic:
        yield Practice(clinic)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(PARTS))
def test_two_workers_killed_at_random_moments_lose_nothing_and_repeat_nothing(
    shared_office: Office, practice: Practice, part: int
) -> None:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{part=} {random_seed=}")
    practice.clinic.faults.set("slow", seconds=SECONDS_A_REQUEST)
    killer = Killer(shared_office, Random(random_seed))  # noqa: S311 - repeatable moments, no secret
    visits = practice.take(VISITS)
    job_id = shared_office.submit(visits, workflow=WORKFLOW)
    wait_for(lambda: shared_office.has_signed_in)

    while killer.kills < KILLS and shared_office.items():
        killer.strike()

    print(f"{len(shared_office.items())} visits were left after {killer.kills} kills")
    practice.clinic.faults.clear()
    killer.let_them_finish()
    assert killer.kills == KILLS
    prove_all_done(shared_office, job_id, visits)


class Killer:
    """Keeps two workers running, and kills one thing after the other."""

    def __init__(self, office: Office, random: Random) -> None:
        self.kills = 0
        self._office = office
        self._random = random
        self._workers = [self._start(), self._start()]
        self._ways: Sequence[Callable[[RunningWorker], Sequence[psutil.Process]]] = (
            lambda worker: self._one_of(worker.slots()),
            lambda worker: self._one_of(worker.slots()),
            RunningWorker.supervisor,
            RunningWorker.everything,
            lambda worker: self._one_of(worker.browsers()),
            lambda worker: self._one_of(worker.renderers()),
        )

    def strike(self) -> None:
        """Wait a while, and kill something."""
        SystemClock().sleep(self._random.expovariate(1 / SECONDS_BETWEEN))
        self._workers = [self._start() if one.has_ended else one for one in self._workers]
        worker = self._random.choice(self._workers)
        self._kill(self._random.choice(self._ways)(worker))

    def let_them_finish(self) -> None:
        """Start again what is dead, and wait until no item is open and both workers have ended in good order."""
        self._workers = [self._start() if one.has_ended else one for one in self._workers]
        self._office.await_end_of_work()
        # What is in hand is looked at before each kill; under load an item can still be hit a third time.
        if self._office.retry_what_crashed():
            self._office.await_end_of_work()
        assert [one.stop() for one in self._workers] == [0, 0], self._office.printed
        assert not self._office.processes()

    def _start(self) -> RunningWorker:
        return self._office.start(slots=2, until_idle=False)

    def _one_of(self, found: Sequence[psutil.Process]) -> Sequence[psutil.Process]:
        return self._random.sample(found, min(1, len(found)))

    def _kill(self, victims: Sequence[psutil.Process]) -> None:
        """Kill them, if an item is in hand and none would be hit for the third time: that one goes to a person."""
        _send(signal.SIGSTOP, victims)  # so that they hold the same item until they are killed
        # Any of the items in hand may be the victim's: a slot that was just killed still holds one.
        crashes = [one.crashes for one in self._office.items(ItemState.RUNNING)]
        spared = not victims or not crashes or max(crashes) >= MAX_CRASHES - 1
        _send(signal.SIGCONT if spared else signal.SIGKILL, victims)
        wait_for(lambda: spared or not any(map(lives, victims)))
        # A process whose threads still end is dead to look at and not yet to wait for.
        ended = [] if spared else [one for one in self._workers if one.pid in {victim.pid for victim in victims}]
        wait_for(lambda: all(one.has_ended for one in ended))
        self.kills += not spared


def _send(number: signal.Signals, victims: Sequence[psutil.Process]) -> None:
    for one in victims:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)
