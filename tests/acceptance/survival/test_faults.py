"""Every fault of the clinic, met by a job through the real worker: the right rows put right, the others told why."""

from collections.abc import Mapping
from typing import Any

import pytest

from rpa.cli.exits import Exit
from rpa.codes import explain
from rpa.demo.clinic import FAULTS
from rpa.demo.clinic.faults import GET, POST
from rpa.states import Failure, ItemState
from tests.acceptance.survival.conftest import Open
from tests.acceptance.survival.handed_out import prove_nothing_is_handed_out
from tests.acceptance.survival.practice import Practice, Visit
from tests.acceptance.survival.proof import prove, prove_all_done

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

BROWSER_SECONDS = 5
HOW: Mapping[str, Mapping[str, Any]] = {
    "slow": {"seconds": 0.2},
    "applied_late": {"seconds": 0.2},  # sooner than the system's settle time
    "renamed_field": {"field": "phone"},
    "moved_field": {"field": "phone"},
}
ENDS: Mapping[str, str | None] = {
    "slow": None,
    "error_500": "HTTP_500",
    "error_503": "HTTP_503",
    "expired_session": "SIGNED_OUT",
    "sign_in_page": "SIGNED_OUT",
    "saved_but_error": None,
    "success_but_not_saved": "NOT_SAVED",
    "applied_late": None,
    "renamed_field": "SCREEN_CHANGED",
    "moved_field": None,
    "wrong_patient": "WRONG_PATIENT",
    "hung_before": "TIMEOUT",
    "hung_after": None,
    "half_reply": None,
    "reset_before": "CONNECTION",
    "reset_after": None,
}
"""The code a row fails with when the fault meets every form that is sent for it; None: it is put right all the same."""


def test_every_fault_of_the_clinic_is_tried() -> None:
    assert set(ENDS) == set(FAULTS)


def test_lasting_fault_ends_in_a_code_with_a_sentence_or_in_a_write_that_was_read_back(
    open_office: Open, practice: Practice
) -> None:
    office = open_office(browser_seconds=BROWSER_SECONDS)
    by_fault = _a_visit_for_each(ENDS, practice)
    for fault, visit in by_fault.items():
        _set(practice, fault, f"/patients/{visit.patient}/contact/edit", saving=True)
    untouched = practice.take(2)
    job_id = office.submit([*by_fault.values(), *untouched])

    code = office.work(slots=3)

    assert code == Exit.NEEDS_PERSON, office.printed
    right = [*untouched, *(visit for fault, visit in by_fault.items() if ENDS[fault] is None)]
    totals = prove(office, job_id, [change for one in right for change in one.changes])
    prove_nothing_is_handed_out(office, job_id)
    assert (totals.completed, totals.failed) == (len(right), len(by_fault) + 2 - len(right))
    with office.desk() as desk:
        failed = {one.key: one for one in desk.views.items(job_id, states=[ItemState.FAILED])}
    codes = {
        fault: failed[visit.nhs_number].code or "" for fault, visit in by_fault.items() if visit.nhs_number in failed
    }
    assert codes == {fault: code for fault, code in ENDS.items() if code}
    assert {one.failure for one in failed.values()} == {Failure.SYSTEM}
    assert not [code for code in codes.values() if code in explain(code, {}).what_happened]


@pytest.mark.parametrize("saving", [True, False], ids=["saving", "reading"])
def test_passing_fault_costs_nothing_but_time(open_office: Open, practice: Practice, saving: bool) -> None:
    office = open_office(browser_seconds=BROWSER_SECONDS)
    met = [fault for fault in FAULTS if saving or GET & FAULTS[fault].methods]
    by_fault = _a_visit_for_each(met, practice)
    for fault, visit in by_fault.items():
        page = "contact/edit" if saving else "contact"
        _set(practice, fault, f"/patients/{visit.patient}/{page}", saving=saving, times=1)
    job_id = office.submit(list(by_fault.values()))

    code = office.work(slots=3)

    assert code == Exit.DONE, office.printed
    assert [one["fault"] for one in practice.clinic.faults.counts() if one["happened"] == 1] == met
    prove_all_done(office, job_id, list(by_fault.values()))


def _a_visit_for_each(faults: Any, practice: Practice) -> dict[str, Visit]:
    return dict(zip(faults, practice.take(len(faults)), strict=True))


def _set(practice: Practice, fault: str, path: str, *, saving: bool, times: int | None = None) -> None:
    """Let a fault meet the form that is sent, or what is read; some faults are only met where a form is shown."""
    methods = FAULTS[fault].methods
    method = "POST" if saving and POST & methods else "GET"
    practice.clinic.faults.set(fault, path=path, method=method, times=times, **HOW.get(fault, {}))
