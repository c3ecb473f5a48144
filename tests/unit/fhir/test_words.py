"""What FHIR says of an appointment is read as the dictionary's codes and the clinic's own time."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rpa.bots import Patient as Person
from rpa.bots.practice_fhir.words import ATTENDANCE, attendance_of, record_of
from rpa.connectors.fhir import Appointment, Versioned, read_as
from rpa.connectors.fhir.resources import CANCELLATION_DATE, CANCELLATION_REASONS, UBRN
from rpa.exceptions import SystemException

LONDON = ZoneInfo("Europe/London")
SOMEBODY = Person("P1", "9990000018", date(1970, 1, 1))


def appointment(**elements: Any) -> Appointment:
    usual = {"resourceType": "Appointment", "id": "A1", "status": "booked", "start": "2026-12-01T09:00:00Z"}
    return read_as(Appointment, Versioned(usual | elements))


def cancelled_by(code: str) -> dict[str, Any]:
    return {"coding": [{"system": CANCELLATION_REASONS, "code": code}], "text": "Asked to"}


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-12-01T09:00:00Z", "2026-12-01 09:00"),
        ("2026-07-01T09:00:00Z", "2026-07-01 10:00"),
        ("2026-07-01T11:00:00+02:00", "2026-07-01 10:00"),
        ("2027-03-28T00:59:00Z", "2027-03-28 00:59"),
        ("2027-03-28T01:00:00Z", "2027-03-28 02:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25 01:30"),
        ("2026-10-25T01:30:00Z", "2026-10-25 01:30"),
        ("2026-06-30T23:30:00Z", "2026-07-01 00:30"),
    ],
)
def test_instant_is_shown_as_the_clock_on_the_clinics_wall(instant: str, shown: str) -> None:
    record = record_of(appointment(start=instant), SOMEBODY, LONDON)

    assert record.starts_at == datetime.fromisoformat(shown)


def test_time_without_its_zone_is_not_guessed() -> None:
    with pytest.raises(SystemException, match="start"):
        appointment(start="2026-12-01T09:00:00")


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        ("booked", None, "0"),
        ("pending", None, "0"),
        ("fulfilled", None, "5"),
        ("noshow", None, "3"),
        ("cancelled", "pat", "2"),
        ("cancelled", "pat-cpp", "2"),
        ("cancelled", "prov", "4"),
        ("cancelled", "prov-mips", "4"),
    ],
)
def test_status_is_read_as_an_attendance_code(status: str, reason: str | None, code: str) -> None:
    told = {"cancelationReason": cancelled_by(reason)} if reason else {}

    assert attendance_of(appointment(status=status, **told)) == code


@pytest.mark.parametrize(("status", "code"), [("fulfilled", "6"), ("noshow", "7"), ("cancelled", "4")])
def test_extension_says_what_the_status_can_not(status: str, code: str) -> None:
    told = {"extension": [{"url": ATTENDANCE, "valueCode": code}]}

    assert attendance_of(appointment(status=status, **told)) == code


@pytest.mark.parametrize(
    "elements",
    [
        {"status": "cancelled"},
        {"status": "cancelled", "cancelationReason": cancelled_by("other")},
        {"status": "entered-in-error"},
        {"status": "booked", "extension": [{"url": ATTENDANCE, "valueCode": "2"}]},
        {"status": "cancelled", "extension": [{"url": ATTENDANCE, "valueCode": "9"}]},
    ],
)
def test_what_can_not_be_told_or_contradicts_itself_stops_the_bot(elements: dict[str, Any]) -> None:
    with pytest.raises(SystemException) as caught:
        attendance_of(appointment(**elements))

    assert caught.value.code == "SCREEN_CHANGED"


@pytest.mark.parametrize(
    ("told", "day"), [("2026-07-01", 1), ("2026-06-30T23:30:00Z", 1), ("2026-06-30T22:30:00Z", 30)]
)
def test_day_of_a_cancellation_is_by_the_clinics_calendar(told: str, day: int) -> None:
    cancelled = appointment(
        status="cancelled",
        cancelationReason=cancelled_by("pat"),
        extension=[{"url": CANCELLATION_DATE, "valueDateTime": told}],
    )

    record = record_of(cancelled, SOMEBODY, LONDON)

    assert record.cancelled_on is not None
    assert (record.cancelled_on.day, record.cancel_reason) == (day, "Asked to")


def test_two_patients_or_two_bookings_in_one_appointment_are_not_chosen_between() -> None:
    two = appointment(
        participant=[{"actor": {"reference": f"Patient/P{number}"}} for number in (1, 2)],
        identifier=[{"system": UBRN, "value": value} for value in ("000000000001", "000000000002")],
    )

    with pytest.raises(SystemException):
        _ = two.patient
    with pytest.raises(SystemException):
        _ = two.ubrn


def test_part_that_can_not_be_read_is_named_and_never_shown() -> None:
    with pytest.raises(SystemException) as caught:
        appointment(start="Test-Ada's time")

    assert "start" in caught.value.message
    assert "Test-Ada" not in str(caught.value)
