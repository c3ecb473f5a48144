"""`kill -9` of the worker at fifty random moments: of its start, its items, its end, and of the rescue before."""

from random import Random, SystemRandom
from time import monotonic

import pytest

from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import KILLED, Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done

KILLS = 10
VISITS = 6


@pytest.fixture(scope="module")
def seconds_of_a_run(running: Practice, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a run takes that nobody disturbs, on this machine as busy as it is now."""
    office = Office(tmp_path_factory.mktemp("undisturbed"), running.clinic)
    office.submit(running.take(VISITS))
    began = monotonic()
    office.work()
    office.close()
    return monotonic() - began


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(5))
def test_worker_killed_at_random_moments_loses_nothing_and_repeats_nothing(
    open_office: Open, practice: Practice, seconds_of_a_run: float, part: int
) -> None:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{random_seed=}")
    random, kills = Random(random_seed), 0  # noqa: S311 - repeatable moments, no secret

    while kills < KILLS:
        office, visits = open_office(), practice.take(VISITS)
        job_id = office.submit(visits)
        while kills < KILLS and office.may_be_killed(job_id):
            kills += office.work_until(random.uniform(0, seconds_of_a_run)) == KILLED
        assert office.work() == 0, office.printed

        prove_all_done(office, job_id, visits)
