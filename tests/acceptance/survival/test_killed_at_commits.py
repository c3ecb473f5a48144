"""`kill -9` of the worker at every boundary of a run: before and after each commit, and behind each write."""

import pytest

from tests.acceptance.survival.office import KILLED, Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done

COMMITS = 12
"""At most so many commits does a worker make that does one visit with two steps and two writes."""
EVERYWHERE = [f"{side}:{number}" for number in range(1, COMMITS + 1) for side in ("before", "after")]
WRITES = ["written:1", "written:2"]


def test_undisturbed_run_makes_no_more_commits_than_are_tried(office: Office, practice: Practice) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)

    code = office.work_until_killed("never")

    assert code == 0, office.printed
    assert office.commits() <= COMMITS
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("place", [*EVERYWHERE, *WRITES])
def test_worker_killed_at_any_boundary_loses_nothing_and_repeats_nothing(
    office: Office, practice: Practice, place: str
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    assert office.work_until_killed(place) in (KILLED, 0), office.printed

    code = office.work()

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("first", ["after:6", "written:1", "before:7"])
@pytest.mark.parametrize("second", ["before:6", "after:6", "before:7", "after:7"])
def test_worker_killed_again_in_the_middle_of_the_rescue_loses_nothing_and_repeats_nothing(
    office: Office, practice: Practice, first: str, second: str
) -> None:
    visits = practice.take(1)
    job_id = office.submit(visits)
    assert office.work_until_killed(first) == KILLED, office.printed
    assert office.work_until_killed(second) in (KILLED, 0), office.printed

    code = office.work()

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)
