"""When a referral lingers: what a row names, and what speaks against its discharge."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from rpa import BusinessException, NHSNumber, Row, column
from rpa.bots import ListedAppointment, ListedReferral, Patient, PracticePas, Referral

OPEN, BOOKED, TWO_WEEK_WAIT = "open", "0", "3"
"""A referral's status, and two codes: an appointment that is to come or was never closed, and a priority."""
LONGEST_REASON = 100


def tidy(text: str) -> str:
    """Take the spaces out that a cell has too many."""
    found = " ".join(text.split())
    if not 3 <= len(found) <= LONGEST_REASON:
        raise ValueError(f"needs 3 to {LONGEST_REASON} characters")
    return found


def capitals(text: str) -> str:
    """Write a reference as the PAS does."""
    return "".join(text.split()).upper()


class Lingering(Row):
    """One row of the sheet."""

    reference: Annotated[str, AfterValidator(capitals)] = column(
        "Referral", "Pathway", "Reference", "Referral or pathway",
        note="The PAS' own reference of the referral, or its pathway number.", example="R390001",
    )  # fmt: skip
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    date_of_birth: date = column("Date of birth", "DOB", example=date(1961, 3, 4))
    reason: Annotated[str, AfterValidator(tidy)] = column(
        "Reason",
        note="Why it can be discharged, in 3 to 100 characters. It is written into the PAS.",
        example="No contact for over a year",
    )


class Discharge(Lingering):
    """A row, and the day that is written as that of the discharge."""

    day: date


def find(pas: PracticePas, row: Lingering) -> tuple[Patient, list[ListedReferral], Referral]:
    """Return the patient, all his referrals, and the one that the row names."""
    patient = pas.find_patient(row.nhs_number, row.date_of_birth)
    if patient is None:
        raise BusinessException("NO_PATIENT")
    referrals = pas.referrals_of(patient.reference)
    named = [one for one in referrals if row.reference in (one.reference, one.pathway)]
    if len(named) != 1:
        raise BusinessException("NO_REFERRAL")
    return patient, referrals, pas.referral(named[0].reference)


def check(referral: Referral, referrals: Sequence[ListedReferral], visits: Sequence[ListedAppointment], *,
          pifu_until: date | None, day: date, months: int) -> None:  # fmt: skip
    """Make sure that nothing speaks against a discharge on a day.

    Raises:
        BusinessException: Something does: its code says what.
    """
    booked = [one for one in visits if one.attendance_code == BOOKED]
    if any(one.starts_at.date() >= day for one in booked):
        raise BusinessException("FUTURE_APPOINTMENT")
    if booked:
        raise BusinessException("VISIT_NOT_CLOSED")
    if referral.waiting_since and not referral.removed_from_waiting_list:
        raise BusinessException("ON_WAITING_LIST")
    if any(one.priority == TWO_WEEK_WAIT and one.status == OPEN for one in referrals):
        raise BusinessException("CANCER_PATHWAY")
    if pifu_until and pifu_until >= day:
        raise BusinessException("ON_PIFU")
    if last_activity(referral, visits, unknown=day) >= months_before(day, months):
        raise BusinessException("RECENT_ACTIVITY")


def pifu_until(pas: PracticePas, referral: str) -> date | None:
    """Return the day on which the patient-initiated follow-up of a referral ends; None if it has none."""
    try:
        return pas.pifu(referral).ends_on
    except BusinessException as error:
        if error.code == "NO_SUCH_RECORD":
            return None
        raise


def last_activity(referral: Referral, visits: Sequence[ListedAppointment], *, unknown: date) -> date:
    """Return the last day on which something happened: the referral, a visit, a cancellation, or the waiting list."""
    days = [referral.referral_date, referral.waiting_since, referral.removed_from_waiting_list]
    days += [day for one in visits for day in (one.starts_at.date(), one.cancelled_on)]
    return max((day for day in days if day), default=unknown)


def months_before(day: date, months: int) -> date:
    """Return the same day so many months before; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
