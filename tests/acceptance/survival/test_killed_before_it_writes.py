"""`kill -9` at every boundary of a run up to its first write: before and after each commit."""

import pytest

from tests.acceptance.survival.commits import Commit
from tests.acceptance.survival.killing import prove_that_kills_do_no_harm
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done

pytestmark = pytest.mark.timeout(1200)


def test_undisturbed_slot_makes_no_more_commits_than_are_tried(office: Office, practice: Practice) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_fated("slot@never")

    assert code == 0, office.printed
    assert office.times_at("after") == Commit.ENDED
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("commit", [one for one in Commit if one < Commit.INTENDED])
def test_slots_and_worker_killed_before_they_write_lose_nothing_and_repeat_nothing(
    shared_office: Office, practice: Practice, commit: Commit
) -> None:
    prove_that_kills_do_no_harm(shared_office, practice, f"before:{commit:d}", f"after:{commit:d}")
