"""`kill -9` at every boundary of a run: before and after each commit, and behind each write.

Two workers of two slots each share the items. At the same boundary a slot of the one dies on either side of it, and a
slot of the other with its whole worker.
"""

import pytest

from tests.acceptance.survival.commits import Commit
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import KILLED

pytestmark = pytest.mark.timeout(1200)

BOUNDARIES = [(f"before:{number:d}", f"after:{number:d}") for number in Commit]
WRITES = [("written:1", "written:2"), ("written:2", "written:1")]


def test_undisturbed_slot_makes_no_more_commits_than_are_tried(office: Office, practice: Practice) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_fated("slot@never")

    assert code == 0, office.printed
    assert office.times_at("after") in (Commit.ENDED, Commit.ENDED - 1)
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize(("one", "other"), [*BOUNDARIES, *WRITES])
def test_slots_and_worker_killed_at_any_boundary_lose_nothing_and_repeat_nothing(
    shared_office: Office, practice: Practice, one: str, other: str
) -> None:
    office, visits = shared_office, practice.take(6)
    fates = [f"slot@{one}", f"slot@{other}", f"worker@{other}"]
    lasting = office.start(*fates[:2], slots=2, until_idle=False)
    dying = office.start(fates[2], slots=2, until_idle=False)
    office.await_slots(4, unless=lambda: all(map(office.has_met, fates)))  # at the first commits nobody needs an item

    job_id = office.submit(visits)
    office.await_end_of_work()

    assert (lasting.stop(), dying.stop()) == (0, KILLED), office.printed
    assert all(map(office.has_met, fates))
    prove_all_done(office, job_id, visits)
