"""Two workers wait for work, and each item that comes is done by one of them."""

from collections import Counter

import pytest

from rpa.audit import verify
from rpa.demo.clinic import changes_between
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.recorded import sentences
from tests.acceptance.survival.two import let_them_finish, start_two

pytestmark = pytest.mark.timeout(1200)

JOBS = 8


def test_item_that_two_idle_workers_are_woken_for_is_done_by_one(shared_office: Office, practice: Practice) -> None:
    office, visits = shared_office, practice.take(JOBS)
    workers = start_two(office)

    jobs = []
    for visit in visits:
        jobs.append(office.submit([visit]))
        office.await_end_of_work()

    let_them_finish(office, workers)
    with office.desk() as desk:
        told = [Counter(one.name for one in sentences(desk, job_id)) for job_id in jobs]
        assert verify(desk.database).clean
    assert {(one["item.claimed"], one["item.completed"], one["change.made"]) for one in told} == {(1, 1, 2)}
    changes = [change for visit in visits for change in visit.changes]
    found = changes_between(office.before, office.clinic.snapshot())
    assert found == sorted(changes, key=lambda one: (one.table, one.key, one.field))
