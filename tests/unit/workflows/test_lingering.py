"""When a referral lingers: each rule at its edge, as functions."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from rpa import BusinessException
from rpa.bots import ListedAppointment, ListedReferral, Patient, Referral
from workflows._lingering import Lingering, capitals, check, last_activity, months_before, tidy

DAY = date(2026, 11, 26)
YEAR_AGO = date(2025, 11, 26)
PATIENT = Patient("P1", "9990000018", date(1960, 1, 1))
OLD = Referral("R1", "REN1", PATIENT, "370", "1", date(2025, 3, 1), "open", None, "", None, None)
LISTED = ListedReferral("R1", "REN1", "370", "1", date(2025, 3, 1), "open")


def visit(starts_at: datetime, *, code: str = "5", cancelled_on: date | None = None) -> ListedAppointment:
    return ListedAppointment("A1", "000000000001", starts_at, code, cancelled_on)


def refusal(referral: Referral, *visits: ListedAppointment, others: tuple[ListedReferral, ...] = (),
            pifu_until: date | None = None) -> str:  # fmt: skip
    try:
        check(referral, [LISTED, *others], visits, pifu_until=pifu_until, day=DAY, months=12)
    except BusinessException as error:
        return error.code
    return ""


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0)  # noqa: DTZ001 - a clinic's local time


@pytest.mark.parametrize(
    ("visits", "expected"),
    [
        ((), ""),
        ((visit(at(date(2025, 11, 25))),), ""),
        ((visit(at(YEAR_AGO)),), "RECENT_ACTIVITY"),
        ((visit(at(DAY), code="0"),), "FUTURE_APPOINTMENT"),
        ((visit(at(date(2026, 11, 25)), code="0"),), "VISIT_NOT_CLOSED"),
        ((visit(at(date(2026, 12, 24)), code="2", cancelled_on=date(2024, 1, 1)),), "RECENT_ACTIVITY"),
        ((visit(at(date(2025, 4, 1)), code="4", cancelled_on=YEAR_AGO),), "RECENT_ACTIVITY"),
    ],
)
def test_visits_speak_against_a_discharge(visits: tuple[ListedAppointment, ...], expected: str) -> None:
    assert refusal(OLD, *visits) == expected


def test_who_waits_is_not_discharged_and_who_waited_lately_neither() -> None:
    waits = replace(OLD, waiting_since=date(2025, 3, 2))

    assert refusal(waits) == "ON_WAITING_LIST"
    assert refusal(replace(waits, removed_from_waiting_list=date(2025, 3, 9))) == ""
    assert refusal(replace(waits, removed_from_waiting_list=YEAR_AGO)) == "RECENT_ACTIVITY"


def test_open_cancer_pathway_of_the_patient_keeps_every_referral_open() -> None:
    urgent = replace(LISTED, reference="R2", priority="3")

    assert refusal(OLD, others=(urgent,)) == "CANCER_PATHWAY"
    assert refusal(OLD, others=(replace(urgent, status="discharged"),)) == ""


@pytest.mark.parametrize(("until", "expected"), [(date(2026, 11, 25), ""), (DAY, "ON_PIFU"), (None, "")])
def test_follow_up_that_still_runs_keeps_a_referral_open(until: date | None, expected: str) -> None:
    assert refusal(OLD, pifu_until=until) == expected


def test_referral_without_any_date_does_not_linger() -> None:
    undated = replace(OLD, referral_date=None)

    assert last_activity(undated, [], unknown=DAY) == DAY
    assert refusal(undated) == "RECENT_ACTIVITY"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 26), 12, date(2025, 11, 26)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
    ],
)
def test_months_before_a_day_end_where_the_month_does(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def test_references_and_reasons_are_read_as_the_pas_writes_them() -> None:
    assert (capitals(" ren l01 "), tidy("  no   contact ")) == ("RENL01", "no contact")
    for wrong in ("", "no", "x" * 101):
        with pytest.raises(ValueError, match="needs 3 to 100 characters"):
            tidy(wrong)


def test_row_says_nothing_of_its_patient() -> None:
    row = Lingering(reference="R1", nhs_number="9990000018", date_of_birth=date(1960, 1, 1), reason="No contact")

    assert "9990000018" not in repr(row)
