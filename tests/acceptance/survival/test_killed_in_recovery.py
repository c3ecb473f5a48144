"""`kill -9` while the last one is being recovered from: of a slot, of a worker, of the supervisor that rescues."""

import pytest

from rpa.states import EffectState
from tests.acceptance.survival.commits import RECOVERED, Commit
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.office import Office
from tests.acceptance.survival.practice import Practice
from tests.acceptance.survival.proof import prove_all_done
from tests.acceptance.survival.running import KILLED

pytestmark = pytest.mark.timeout(1200)

INTENDED, SENT = f"after:{Commit.INTENDED:d}", "written:1"
"""A write is recorded and not sent; it is sent and not read back."""
FOUND, ENDED = f"before:{RECOVERED:d}", f"after:{RECOVERED:d}"
"""The next attempt has found out what became of that write; that is recorded as well."""
ENDINGS = {INTENDED: EffectState.ABSENT, SENT: EffectState.CONFIRMED}
SUPERVISOR = ["after:1", "after:2", "rescuing:1", "rescued:1"]
"""Commits of a supervisor: it works, it gives a sign of life; it puts back what a slot held."""


@pytest.mark.parametrize(("first", "second"), [(INTENDED, FOUND), (SENT, ENDED)])
def test_worker_killed_while_its_slot_recovers_loses_nothing_and_repeats_nothing(
    shared_office: Office, practice: Practice, first: str, second: str
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    assert office.work_fated(f"slot@{first}", f"worker@{second}") == KILLED, office.printed
    assert office.effects(job_id) == [EffectState.INTENDED if second == FOUND else ENDINGS[first]]

    code = office.work()

    assert code == 0, office.printed
    assert office.has_met(f"slot@{first}")
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize(("first", "second"), [(INTENDED, ENDED), (SENT, FOUND)])
def test_slot_killed_while_it_recovers_for_a_dead_worker_loses_nothing_and_repeats_nothing(
    shared_office: Office, practice: Practice, first: str, second: str
) -> None:
    office, visits = shared_office, practice.take(1)
    job_id = office.submit(visits)
    assert office.work_fated(f"worker@{first}") == KILLED, office.printed
    assert office.effects(job_id) == [EffectState.INTENDED]

    code = office.work_fated(f"slot@{second}")

    assert code == 0, office.printed
    assert office.has_met(f"slot@{second}")
    prove_all_done(office, job_id, visits)


@pytest.mark.parametrize("place", SUPERVISOR)
def test_supervisor_killed_at_its_own_commits_leaves_everything_to_the_next(
    shared_office: Office, practice: Practice, place: str
) -> None:
    office, visits = shared_office, practice.take(2)
    job_id = office.submit(visits)
    slot = f"slot@{SENT}" if place.startswith("resc") else "slot@never"
    assert office.work_fated(slot, f"supervisor@{place}", slots=2) == KILLED, office.printed

    code = office.work(slots=2)

    assert code == 0, office.printed
    prove_all_done(office, job_id, visits)


@pytest.mark.slow
def test_write_that_the_system_applies_late_is_waited_for_after_a_kill(open_office: Open, practice: Practice) -> None:
    office, visits = open_office(settle=15), practice.take(1)
    practice.clinic.faults.set("applied_late", path="/patients/*/contact/edit", method="POST", times=1, seconds=12)
    job_id = office.submit(visits)

    code = office.work_fated(f"slot@{SENT}")

    assert code == 0, office.printed
    assert office.effects(job_id) == [EffectState.CONFIRMED, EffectState.MADE]
    prove_all_done(office, job_id, visits)
