"""How FHIR says what the data dictionary has codes for, and what it can't say.

`Appointment.status` knows fewer ends than the dictionary. Who cancelled is in `cancelationReason`, whether somebody was
late only in an extension.
"""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rpa.bots.practice_pas.records import Appointment as Record
from rpa.bots.practice_pas.records import Patient as Person
from rpa.calendars.wall import wall_of
from rpa.connectors.fhir.resources import CANCELLATION_DATE, CANCELLATION_REASONS, Appointment, Patient
from rpa.exceptions import SystemException

ATTENDANCE = "https://clinic.example/fhir/StructureDefinition/attended-or-did-not-attend"
OUTCOME = "https://clinic.example/fhir/StructureDefinition/outcome-of-attendance"
PATHWAY = "https://clinic.example/Id/pathway"
FUTURE = "0"
BY_STATUS: Mapping[str, str] = {
    "proposed": FUTURE,
    "pending": FUTURE,
    "booked": FUTURE,
    "waitlist": FUTURE,
    "arrived": FUTURE,
    "checked-in": FUTURE,
    "fulfilled": "5",
    "noshow": "3",
}
"""The attendance code of a status where nothing else is said: on time, and did not attend."""
BY_ATTENDANCE: Mapping[str, str] = {
    "0": "booked",
    "2": "cancelled",
    "3": "noshow",
    "4": "cancelled",
    "5": "fulfilled",
    "6": "fulfilled",
    "7": "noshow",
}
"""The status of each attendance code."""
WHO_CANCELLED: Mapping[str, str] = {"2": "pat", "4": "prov"}
"""FHIR's word for who cancelled; its finer ones begin with the same, as `pat-cpp`."""
PRIORITIES: Mapping[str, str] = {"routine": "1", "urgent": "2", "asap": "3"}


def person_of(patient: Patient) -> Person:
    """Return who a patient is, by three identifiers."""
    if patient.birth_date is None or not patient.nhs_number:
        raise _unreadable("a patient without a date of birth or an NHS number")
    return Person(patient.id, patient.nhs_number, patient.birth_date)


def record_of(found: Appointment, person: Person, zone: ZoneInfo) -> Record:
    """Return an appointment as the workflows know it, in the clinic's own time."""
    referral = found.referral
    outcome = found.extension_of(OUTCOME)
    reason = found.cancelation_reason
    if found.start is None:
        raise _unreadable("an appointment without a time")
    pathways = [one.value for one in referral.identifier if one.system == PATHWAY] if referral else []
    specialties = [coding.code for one in found.specialty for coding in one.coding]
    return Record(
        reference=found.id,
        ubrn=found.ubrn,
        patient=person,
        pathway="".join(pathways[:1]),
        specialty="".join(specialties[:1]),
        priority=PRIORITIES.get(referral.priority, "") if referral else "",
        referral_date=_day(referral.authored_on, zone) if referral else None,
        clinic=found.place,
        starts_at=wall_of(found.start, zone),
        attendance_code=attendance_of(found),
        cancelled_on=cancelled_on(found, zone),
        cancel_reason=reason.text if reason else "",
        outcome_code=(outcome.value_code if outcome else None) or None,
    )


def attendance_of(found: Appointment) -> str:
    """Return the attendance code: as the extension says it, else by the status and who cancelled.

    Raises:
        SystemException: `SCREEN_CHANGED`: the two contradict each other, or neither tells.
    """
    told = found.extension_of(ATTENDANCE)
    if told is not None and told.value_code:
        if BY_ATTENDANCE.get(told.value_code) != _usual(found.status):
            raise _unreadable("an attendance code that contradicts the status")
        return told.value_code
    code = _who_cancelled(found) if found.status == "cancelled" else BY_STATUS.get(found.status)
    if code is None:
        raise _unreadable("a status without its attendance code")
    return code


def cancelled_on(found: Appointment, zone: ZoneInfo) -> date | None:
    """Return the day of a cancellation, by the clinic's own calendar."""
    told = found.extension_of(CANCELLATION_DATE)
    return _day(told.value_date_time or "", zone) if told else None


def _usual(status: str) -> str:
    return "booked" if BY_STATUS.get(status) == FUTURE else status


def _who_cancelled(found: Appointment) -> str | None:
    coding = found.cancelation_reason.coding if found.cancelation_reason else ()
    words = {one.code.partition("-")[0] for one in coding if one.system == CANCELLATION_REASONS}
    return next((code for code, word in WHO_CANCELLED.items() if words == {word}), None)


def _day(text: str, zone: ZoneInfo) -> date | None:
    """Read a FHIR dateTime: a day, or an instant, which is a day only by somebody's clock."""
    try:
        if "T" in text:
            return wall_of(datetime.fromisoformat(text), zone).date()
        return date.fromisoformat(text) if text else None
    except ValueError:  # its text would quote the record
        raise _unreadable("a date that is none") from None


def _unreadable(what: str) -> SystemException:
    return SystemException(f"the server gave {what}, which the bot doesn't know", "SCREEN_CHANGED")
