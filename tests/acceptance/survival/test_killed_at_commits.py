"""`kill -9` at every boundary of a run: before and after each commit, and behind each write.

Two workers share the items. At the same boundary a slot of the one dies, and a slot of the other with its whole worker.
"""

import pytest

from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import KILLED

COMMITS = 10
"""A slot that does one visit with two steps and two writes commits at most so often, from its start to its end."""
SUPERVISORS_COMMITS = 4
"""A supervisor says that it works, extends the leases and gives a sign of life, and then the same again."""
EVERYWHERE = [f"{side}:{number}" for number in range(1, COMMITS + 1) for side in ("before", "after")]
WRITES = ["written:1", "written:2"]


def test_undisturbed_slot_makes_no_more_commits_than_are_tried(office: Office, practice: Practice) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_fated("slot@never")

    assert code == 0, office.printed
    assert [int(one.read_text()) for one in office.places.glob("*/after-*")] in ([COMMITS], [COMMITS - 1])
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
@pytest.mark.parametrize("place", [*EVERYWHERE, *WRITES])
def test_slot_and_worker_killed_at_any_boundary_lose_nothing_and_repeat_nothing(
    shared_office: Office, practice: Practice, place: str
) -> None:
    office, visits = shared_office, practice.take(3)
    job_id = office.submit(visits)

    lasting, dying = office.start(f"slot@{place}"), office.start(f"worker@{place}")

    assert (lasting.wait(), dying.wait()) in ((0, KILLED), (0, 0)), office.printed
    assert office.has_met(f"slot@{place}") or office.has_met(f"worker@{place}")
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("number", range(1, SUPERVISORS_COMMITS + 1))
def test_supervisor_killed_at_its_own_commits_leaves_everything_to_the_next(
    shared_office: Office, practice: Practice, side: str, number: int
) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)
    assert office.work_fated(f"supervisor@{side}:{number}", slots=2) == KILLED, office.printed

    code = office.work(slots=2)

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
@pytest.mark.parametrize("who", ["slot", "worker"])
@pytest.mark.parametrize("first", ["after:5", "written:1"])
@pytest.mark.parametrize("second", ["before:3", "after:3", "before:4"])
def test_second_kill_in_the_middle_of_the_recovery_loses_nothing_and_repeats_nothing(
    shared_office: Office, practice: Practice, first: str, second: str, who: str
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    assert office.work_fated(f"{who}@{first}", f"{who}@{second}") in (KILLED, 0), office.printed

    code = office.work_fated(f"{who}@{first}", f"{who}@{second}")

    assert code in (KILLED, 0), office.printed
    assert office.work() == 0, office.printed
    assert office.has_met(f"{who}@{first}") and office.has_met(f"{who}@{second}")
    prove_all_done(office, job_id, visits)
