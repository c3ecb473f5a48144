"""A slot that has grown old or big ends between two items, and a fresh one takes its place."""

import pytest

from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import wait_for

pytestmark = pytest.mark.timeout(1200)

VISITS = 12
OLD = "recycle_hours = 0.002"
BIG = "recycle_megabytes = 200"
"""Less than any slot has with its browser."""


@pytest.mark.parametrize(("limit", "why"), [(OLD, "age"), (BIG, "memory")])
def test_slot_that_has_grown_old_or_big_ends_between_two_items(
    open_office: Open, practice: Practice, limit: str, why: str
) -> None:
    office, visits = open_office(more=f"[worker]\n{limit}"), practice.take(VISITS)
    practice.clinic.faults.set("slow", path="/patients/*/contact/edit", method="GET", seconds=2)
    job_id = office.submit(visits)
    worker = office.start(until_idle=False)
    wait_for(lambda: worker.slots())
    (first,) = worker.slots()

    wait_for(lambda: office.log.count(f"is recycled for its {why}") >= 2)
    office.await_end_of_work()

    assert first not in worker.slots()
    assert office.lost(job_id) == []
    assert worker.stop() == 0, office.printed
    prove_all_done(office, job_id, visits)
