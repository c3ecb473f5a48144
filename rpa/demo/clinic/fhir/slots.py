"""The times of a clinic, free and busy: they follow from its hours and its appointments."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from rpa.calendars.wall import moment_of
from rpa.demo.clinic.appointments import CLOSES, OPENS
from rpa.demo.clinic.desk import NoSuchRecord
from rpa.demo.clinic.fhir.call import Call, Refused, Resource
from rpa.demo.clinic.fhir.searching import bundle, when
from rpa.demo.clinic.fhir.words import SLOT, ZONE, instant

_DAYS = 31
"""Days that one search may span."""
_ID = "%Y%m%dT%H%M"


def read_slot(call: Call) -> Resource:
    """Return one time of a clinic."""
    clinic, _, text = call.desk.params["id"].partition("-")
    try:
        starts_at = datetime.strptime(text, _ID)  # noqa: DTZ007 - the clinic's local time
    except ValueError:
        raise NoSuchRecord("slot") from None
    if starts_at not in set(_times(starts_at.date())):
        raise NoSuchRecord("slot")
    _check_clinic(call, clinic)
    return _slot(clinic, starts_at, busy=_busy(call, clinic))


def search_slots(call: Call) -> Resource:
    """Find the times of one clinic, from a day on and before another."""
    if {name for name, _ in call.asked} - {"schedule", "start", "status", "_count", "_page"}:
        raise Refused(400, "not-supported", "a parameter of this search is not known")
    clinic = call.one_of("schedule").removeprefix("Schedule/")
    if not clinic:
        raise Refused(400, "required", "a search of slots needs a schedule")
    _check_clinic(call, clinic)
    busy, status = _busy(call, clinic), call.one_of("status")
    found = [_slot(clinic, at, busy=busy) for at in _asked(call)]
    return bundle(call, "Slot", [one for one in found if status in ("", one["status"])])


def _asked(call: Call) -> Iterator[datetime]:
    wheres = [where for one in call.all_of("start") for where in when(one, "start")]
    for number in range(_DAYS):
        for at in _times(call.desk.today + timedelta(days=number)):
            written = at.isoformat("T", "minutes")
            if all(_holds(condition, written, value) for condition, value in wheres):
                yield at


def _holds(condition: str, written: str, value: str) -> bool:
    return written >= value if ">=" in condition else written < value


def _times(day: date) -> Iterator[datetime]:
    at, ends = datetime.combine(day, OPENS), datetime.combine(day, CLOSES)
    while at < ends and day.weekday() < 5:
        yield at
        at += SLOT


def _busy(call: Call, clinic: str) -> set[str]:
    sql = "SELECT starts_at FROM appointment WHERE clinic = ? AND attendance_code = '0'"
    return {row["starts_at"] for row in call.desk.records.all(sql, clinic)}


def _check_clinic(call: Call, clinic: str) -> None:
    if not call.desk.records.count("SELECT count(*) FROM clinic WHERE code = ?", clinic):
        raise NoSuchRecord("clinic")


def _slot(clinic: str, at: datetime, *, busy: set[str]) -> Resource:
    start = moment_of(at, ZONE)
    return {
        "resourceType": "Slot",
        "id": f"{clinic}-{at:{_ID}}",
        "schedule": {"reference": f"Schedule/{clinic}"},
        "status": "busy" if at.isoformat("T", "minutes") in busy else "free",
        "start": instant(start),
        "end": instant(start + SLOT),
    }
