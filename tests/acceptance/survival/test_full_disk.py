"""A disk that is full at a commit: the worker waits until there is room, and nothing is written without its intent."""

import pytest

from tests.acceptance.survival.commits import Commit
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import wait_for

pytestmark = pytest.mark.timeout(1200)


@pytest.mark.parametrize("commit", range(1, Commit.COMPLETED + 1))
def test_full_disk_is_waited_out_and_nothing_is_written_without_its_intent(
    office: Office, practice: Practice, commit: int
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    worker = office.start(f"worker@full:{commit}")
    wait_for(lambda: office.times_at("before") > commit + 1)  # it has tried twice again
    recorded, saves = office.effects(job_id), len(practice.clinic.writes()) - office.saves_before
    committed, ended = office.times_at("after"), worker.has_ended

    worker.make_room()

    assert worker.wait() == 0, office.printed
    assert (committed, ended) == (commit - 1, False)
    assert saves <= len(recorded)
    prove_all_done(office, job_id, visits)


def test_disk_that_is_full_once_all_is_done_does_not_keep_the_worker_from_ending(
    office: Office, practice: Practice
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_fated(f"worker@filled:{Commit.COMPLETED:d}")

    assert code == 0, office.printed
    assert office.has_met(f"worker@filled:{Commit.COMPLETED:d}")
    prove_all_done(office, job_id, visits)
