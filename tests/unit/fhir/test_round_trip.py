"""What the server says of an appointment is read back as the clinic's database has it, on every day there is."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rpa.bots import Patient as Person
from rpa.bots.practice_fhir.words import record_of
from rpa.calendars.wall import moments_of
from rpa.connectors.fhir import Appointment, Versioned, read_as
from rpa.demo.clinic.fhir import words

LONDON = ZoneInfo("Europe/London")
SOMEBODY = Person("P1", "9990000018", date(1970, 1, 1))
CANCELLED = ("2", "4")


def row(starts_at: datetime, code: str, day: date) -> Any:
    """Return what the clinic's database has of an appointment."""
    gone = code in CANCELLED
    made = {
        "reference": "A1", "ubrn": "000000000001", "patient": "P1", "pathway": "REN1", "specialty": "370",
        "priority": "3", "received_on": "2026-07-01", "clinic": "ZZ370", "clinic_name": "Oncology",
        "starts_at": starts_at.isoformat("T", "minutes"), "attendance_code": code,
        "cancelled_on": day.isoformat() if gone else None, "cancel_reason": "Asked to" if gone else None,
        "outcome_code": "3" if code in ("3", "5", "6", "7") else None, "saves": 2, "at": None,
    }  # fmt: skip
    return cast(Any, made)


@given(
    starts_at=st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001 - the clinic's own time
        lambda at: at.replace(second=0, microsecond=0)
    ),
    code=st.sampled_from("0234567"),
    day=st.dates(date(2026, 1, 1), date(2029, 1, 1)),
)
def test_appointment_comes_back_as_it_is(starts_at: datetime, code: str, day: date) -> None:
    stored = row(starts_at, code, day)

    read = record_of(read_as(Appointment, Versioned(words.appointment(stored, "2026-11-26"))), SOMEBODY, LONDON)

    if moments_of(starts_at, LONDON):  # all but the hour that the clocks leave out in spring
        assert read.starts_at == starts_at
    assert (read.attendance_code, read.outcome_code) == (code, stored["outcome_code"])
    assert read.cancelled_on == (day if code in CANCELLED else None)
    assert (read.cancel_reason, read.priority, read.clinic) == (stored["cancel_reason"] or "", "3", "Oncology")
