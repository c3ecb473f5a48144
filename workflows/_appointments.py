"""What the two extracts say of one appointment, and how that may differ."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

from rpa import NHSNumber, Row, Ubrn, column
from rpa.bots import Appointment

PRIORITIES = {"1": "Routine", "2": "Urgent", "3": "Two week wait"}
FUTURE = "0"
CANCELLED = ("2", "4")
"""Attendance codes: cancelled by or for the patient, and by the provider."""


class Difference(StrEnum):
    """How an appointment differs between the two systems; the first that fits counts."""

    DUPLICATE_UBRN = "DUPLICATE_UBRN"
    FALLBACK_MATCH = "FALLBACK_MATCH"
    ON_ERS_NOT_PAS = "ON_ERS_NOT_PAS"
    ON_PAS_NOT_ERS = "ON_PAS_NOT_ERS"
    CANCELLED_ONE_SIDE = "CANCELLED_ONE_SIDE"
    BOOKED_STILL_ON_WORKLIST = "BOOKED_STILL_ON_WORKLIST"
    TIME_DIFFERS = "TIME_DIFFERS"
    PAST_NO_OUTCOME = "PAST_NO_OUTCOME"
    MATCHED = "MATCHED"


class ErsStatus(StrEnum):
    """What e-RS says of a booking."""

    BOOKED = "Booked"
    CANCELLED = "Cancelled"
    NOT_BOOKED = "Not booked"


def priority_name(cell: object) -> str:
    """Return the name of a priority; the sheet may have its code."""
    text = " ".join(str(cell).split())
    name = PRIORITIES.get(text.removesuffix(".0"), text.capitalize())
    if name not in PRIORITIES.values():
        raise ValueError(f"is not one of: {', '.join(PRIORITIES.values())}")
    return name


Priority = Annotated[str, BeforeValidator(priority_name)]


class ErsRow(Row):
    """A row of the e-RS extract."""

    ubrn: Ubrn = column("UBRN")
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    worklist: str | None = column(
        "Worklist", default=None, note="The worklist the patient is on, if on any.", example="Appointments for booking"
    )
    service: str | None = column("Service", default=None, required=False, example="Medical oncology, Testwick")
    specialty: str = column("Specialty", note="The treatment function code.", example="370")
    priority: Priority = column("Priority", note="Routine, Urgent or Two week wait; or 1, 2, 3.", example="Urgent")
    referral_date: date = column("Referral date")
    date_on_list: date | None = column("Date on list", default=None, required=False)
    appointment_time: datetime | None = column("Appointment time", default=None)
    status: ErsStatus = column("Status")
    cancelled_on: date | None = column("Cancelled on", default=None)

    @property
    def is_cancelled(self) -> bool:
        """Whether e-RS says that the booking is cancelled."""
        return self.status is ErsStatus.CANCELLED


class PasRow(Row):
    """A row of the PAS extract."""

    ubrn: Ubrn | None = column("UBRN", default=None)
    pathway: str = column("Pathway", note="The pathway number in the PAS.", example="REN26000005")
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    specialty: str = column("Specialty", note="The treatment function code.", example="370")
    priority: Priority = column("Priority", note="Routine, Urgent or Two week wait; or 1, 2, 3.", example="Urgent")
    referral_date: date = column("Referral date")
    clinic: str = column("Clinic", note="Its code in the PAS.", example="ZZ370")
    appointment_time: datetime = column("Appointment time")
    attendance_code: str = column(
        "Attendance code", note="0 for one that is to come; 2 and 4 are cancelled.", example="0"
    )
    cancelled_on: date | None = column("Cancelled on", default=None)
    outcome_code: str | None = column("Outcome code", default=None, note="How the visit ended.", example="2")
    waiting_list_date: date | None = column("Waiting list date", default=None, required=False)

    @property
    def is_cancelled(self) -> bool:
        """Whether the PAS says that the appointment is cancelled."""
        return self.attendance_code in CANCELLED

    @property
    def known_by(self) -> str:
        """The UBRN; the pathway of a row without one, which then matches no row of e-RS."""
        return self.ubrn or f"pathway {self.pathway}"


class Fix(Row):
    """One case: the rows of both extracts that belong together, how they differ, and whether the robot may write."""

    difference: Difference
    priority: Priority
    ers: tuple[ErsRow, ...]
    pas: tuple[PasRow, ...]
    may_write: bool = False

    @property
    def rows(self) -> list[ErsRow | PasRow]:
        """The rows of both extracts."""
        return [*self.ers, *self.pas]

    @property
    def key(self) -> str:
        """The UBRN, e-RS' own where the systems differ; without any, the pathway."""
        return min(row.ubrn for row in self.ers) if self.ers else min(row.known_by for row in self.pas)

    @property
    def ubrn(self) -> str | None:
        """The UBRN to look for in the PAS, if there is one."""
        return self.key if self.ers or self.pas[0].ubrn else None


def difference_of(ers: ErsRow, pas: PasRow, today: date) -> Difference:
    """Compare the two rows of one UBRN."""
    if ers.is_cancelled != pas.is_cancelled:
        return Difference.CANCELLED_ONE_SIDE
    if ers.is_cancelled:
        return Difference.MATCHED
    if ers.worklist and ers.appointment_time is None:
        return Difference.BOOKED_STILL_ON_WORKLIST
    if ers.appointment_time != pas.appointment_time:
        return Difference.TIME_DIFFERS
    if pas.appointment_time.date() < today and (pas.attendance_code == FUTURE or pas.outcome_code is None):
        return Difference.PAST_NO_OUTCOME
    return Difference.MATCHED


def is_right(fix: Fix, shown: Appointment | None) -> bool:
    """Return whether the PAS now agrees with e-RS; what can't be seen in the PAS is not right yet."""
    if not fix.ers:
        return shown is None or shown.attendance_code in CANCELLED
    if shown is None or len(fix.ers) > 1:
        return False
    (ers,) = fix.ers
    is_cancelled = shown.attendance_code in CANCELLED
    if ers.is_cancelled or is_cancelled:
        return ers.is_cancelled and is_cancelled
    is_closed = shown.attendance_code != FUTURE and shown.outcome_code is not None
    return shown.starts_at == ers.appointment_time and (is_closed or fix.difference != Difference.PAST_NO_OUTCOME)
