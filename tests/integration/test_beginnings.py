"""When a problem began, and whether with a new version of the workflow, on each database."""

from rpa.beginnings import beginning_of
from rpa.lists import Cause
from rpa.models import Ending, NewItem, RowRef, Submission
from rpa.states import Failure, ItemState
from tests.integration.conftest import PERSON, Bench
from tests.integration.test_lists import plans_of, reads_a_whole_table

TIMEOUT = Cause("tidy_up", Failure.SYSTEM, "TIMEOUT")
FAILED = Ending(ItemState.FAILED, failure=Failure.SYSTEM, code="TIMEOUT")


def sent(bench: Bench, key: str, version: str, workflow: str = "tidy_up") -> int:
    items = [NewItem(key, {"value": key}, [RowRef("sheet", "Sheet1", 2)])]
    return bench.queue.submit(Submission(workflow, version, PERSON, items))


def test_a_problem_that_came_with_a_new_version_says_so(bench: Bench) -> None:
    sent(bench, "a", "1")
    bench.finish(bench.claim())
    sent(bench, "x", "7", workflow="other")
    job = sent(bench, "b", "2")
    bench.finish(bench.claim(), FAILED)

    found = beginning_of(bench.database, TIMEOUT)

    assert found is not None
    assert (found.job_id, found.version, found.version_before) == (job, "2", "1")
    assert found.submitted_at == bench.views.job(job).submitted_at
    assert found.is_new_version


def test_a_problem_of_a_version_that_was_there_before_is_not_blamed_on_it(bench: Bench) -> None:
    sent(bench, "a", "1")
    bench.finish(bench.claim())
    job = sent(bench, "b", "1")
    sent(bench, "c", "2")
    bench.finish(bench.claim(), FAILED)
    bench.finish(bench.claim(), FAILED)

    found = beginning_of(bench.database, TIMEOUT)

    assert found is not None
    assert (found.job_id, found.is_new_version) == (job, False)


def test_a_problem_of_the_very_first_job_has_no_version_before(bench: Bench) -> None:
    sent(bench, "a", "1")
    bench.finish(bench.claim(), FAILED)

    found = beginning_of(bench.database, TIMEOUT)

    assert found is not None
    assert (found.version_before, found.is_new_version) == (None, False)


def test_what_nothing_is_left_of_has_no_beginning(bench: Bench) -> None:
    sent(bench, "a", "1")
    bench.finish(bench.claim(), Ending(ItemState.FAILED, failure=Failure.BUSINESS, code="TIMEOUT"))

    assert beginning_of(bench.database, TIMEOUT) is None


def test_a_beginning_is_found_without_reading_a_whole_table(bench: Bench) -> None:
    sent(bench, "a", "1")
    bench.finish(bench.claim(), FAILED)

    plans = plans_of(bench.database, lambda: beginning_of(bench.database, TIMEOUT))

    assert plans
    assert [line for line in plans if reads_a_whole_table(line)] == []
