"""A PAS on paper that does what the bot does, and rows of both extracts to compare."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from rpa.bots import Appointment, Patient
from rpa.exceptions import BusinessException, SystemException

TODAY = date(2026, 11, 23)
NINE, TEN = datetime(2026, 12, 1, 9, 0), datetime(2026, 12, 1, 10, 0)  # noqa: DTZ001 - a clinic's local time
REFERRED = TODAY - timedelta(days=30)
UBRN = "000000000001"


def ers(ubrn: str = UBRN, **other: Any) -> dict[str, Any]:
    """Return a row of the e-RS extract: a booking at nine."""
    usual = {"ubrn": ubrn, "nhs_number": "9990000018", "specialty": "370", "priority": "Routine",
             "referral_date": REFERRED, "appointment_time": NINE, "status": "Booked"}  # fmt: skip
    return usual | other


def pas(ubrn: str | None = UBRN, **other: Any) -> dict[str, Any]:
    """Return a row of the PAS extract: an appointment at nine."""
    usual = {"ubrn": ubrn, "pathway": "REN1", "nhs_number": "9990000018", "specialty": "370", "priority": "Routine",
             "referral_date": REFERRED, "clinic": "ZZ370", "appointment_time": NINE,
             "attendance_code": "0"}  # fmt: skip
    return usual | other


class PaperPas:
    """Appointments on paper, found by UBRN; it keeps what was written on it."""

    def __init__(self, *appointments: Appointment) -> None:
        self.pages = {one.reference: one for one in appointments}
        self.written: list[str] = []
        self.before_write: Callable[[], None] = lambda: None

    def appointment(self, ubrn: str) -> Appointment | None:
        found = [one for one in self.pages.values() if one.ubrn == ubrn]
        if len(found) > 1:
            raise BusinessException("DUPLICATE_UBRN")
        return found[0] if found else None

    def appointment_at(self, reference: str) -> Appointment:
        return self.pages[reference]

    def move_appointment(self, reference: str, *, when: datetime) -> None:
        self._write(reference, starts_at=when)

    def cancel_appointment(self, reference: str, *, code: str, cancelled_on: date, reason: str) -> None:
        self._write(reference, attendance_code=code, cancelled_on=cancelled_on, cancel_reason=reason)

    def correct(self, reference: str = "A1", **values: Any) -> None:
        """Do what a clerk does by hand."""
        self.pages[reference] = replace(self.pages[reference], **values)

    def _write(self, reference: str, **values: Any) -> None:
        self.before_write()
        self.written.append(reference)
        self.correct(reference, **values)


def shown(ubrn: str = UBRN, reference: str = "A1", **other: Any) -> Appointment:
    """Return an appointment as the PAS shows it: at nine, still to come."""
    patient = Patient("P1", "9990000018", date(1970, 1, 1))
    usual: dict[str, Any] = {
        "reference": reference, "ubrn": ubrn, "patient": patient, "pathway": "REN1", "specialty": "370",
        "priority": "1", "referral_date": REFERRED, "clinic": "ZZ370", "starts_at": NINE, "attendance_code": "0",
        "cancelled_on": None, "cancel_reason": "", "outcome_code": None,
    }  # fmt: skip
    return Appointment(**usual | other)


def out_of_order() -> None:
    """Fail as a system does that is out of order."""
    raise SystemException("the system did not answer", "TIMEOUT")
