"""Reads and searches patients and appointments, a page at a time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from rpa.calendars.wall import wall_of
from rpa.demo.clinic.desk import NoSuchRecord
from rpa.demo.clinic.fhir import words
from rpa.demo.clinic.fhir.call import Call, Refused, Resource
from rpa.demo.clinic.patients import find

_USUAL, _MOST = 20, 100
Where = tuple[str, str]
"""A condition with one mark, and its value."""


def read_patient(call: Call) -> Resource:
    """Return one patient, or somebody else while the fault `wrong_patient` is on."""
    found = find(call.desk, call.desk.params["id"])
    row = call.desk.records.one(f"{words.PATIENTS} WHERE p.reference = ?", found["reference"])
    assert row is not None  # noqa: S101 - found a line above
    return words.patient(row, call.desk.today.isoformat())


def read_appointment(call: Call) -> Resource:
    """Return one appointment."""
    row = call.desk.records.one(f"{words.VISITS} WHERE a.reference = ?", call.desk.params["id"])
    if row is None:
        raise NoSuchRecord("appointment")
    return words.appointment(row, call.desk.today.isoformat())


def search_patients(call: Call) -> Resource:
    """Find patients by identifier, date of birth, family name or id."""
    _check_known(call, "identifier", "birthdate", "family", "_id")
    wheres = [
        *(("p.nhs_number = ?", _value(one, words.NHS_NUMBER)) for one in call.all_of("identifier")),
        *(("p.date_of_birth = ?", one) for one in call.all_of("birthdate")),
        *(("p.family_name LIKE ? || '%'", one) for one in call.all_of("family")),
        *(("p.reference = ?", one) for one in call.all_of("_id")),
    ]
    today = call.desk.today.isoformat()
    sql, values = _conditions(words.PATIENTS, wheres)
    found = [words.patient(row, today) for row in call.desk.records.all(f"{sql} ORDER BY p.reference", *values)]
    return bundle(call, "Patient", found)


def search_appointments(call: Call) -> Resource:
    """Find appointments by identifier, time, status, patient, clinic or id."""
    _check_known(call, "identifier", "date", "status", "patient", "location", "_id")
    wheres = [
        *(("a.ubrn = ?", _value(one, words.UBRN)) for one in call.all_of("identifier")),
        *(where for one in call.all_of("date") for where in when(one, "a.starts_at")),
        *(("r.patient = ?", one.removeprefix("Patient/")) for one in call.all_of("patient")),
        *(("a.clinic = ?", one.removeprefix("Location/")) for one in call.all_of("location")),
        *(("instr(?, a.attendance_code) > 0", _codes(one)) for one in call.all_of("status")),
        *(("a.reference = ?", one) for one in call.all_of("_id")),
    ]
    today = call.desk.today.isoformat()
    sql, values = _conditions(words.VISITS, wheres)
    rows = call.desk.records.all(f"{sql} ORDER BY a.starts_at, a.reference", *values)
    return bundle(call, "Appointment", [words.appointment(row, today) for row in rows])


def bundle(call: Call, kind: str, found: Sequence[Resource]) -> Resource:
    """Return the asked page of what a search found, with links to this page and the next."""
    length = min(_number(call, "_count", _USUAL), _MOST)
    page = _number(call, "_page", 1)
    shown = found[(page - 1) * length : page * length]
    links = [{"relation": "self", "url": _at(call, kind, page)}]
    if page * length < len(found):
        links.append({"relation": "next", "url": _at(call, kind, page + 1)})
    entries = [
        {"fullUrl": f"{call.base}/{kind}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in shown
    ]
    made: Resource = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links}
    return made | ({"entry": entries} if entries else {})  # FHIR knows no empty list


def when(asked: str, column: str) -> Iterator[Where]:
    """Yield the conditions of a time as FHIR asks for one: `ge2026-12-01`, `lt2026-12-01T09:00:00Z`."""
    prefix, text = (asked[:2], asked[2:]) if asked[:2] in _COMPARE else ("eq", asked)
    begins, ends = _span(text)
    yield from ((f"{column} {sign} ?", (begins if first else ends)) for sign, first in _COMPARE[prefix])


_COMPARE: dict[str, Sequence[tuple[str, bool]]] = {
    "eq": ((">=", True), ("<", False)),
    "ge": ((">=", True),),
    "gt": ((">=", False),),
    "lt": (("<", True),),
    "le": (("<", False),),
}


def _span(text: str) -> tuple[str, str]:
    """Return when a day or a minute begins and ends, by the clinic's clock and as its database writes it."""
    try:
        if "T" in text:
            begins = wall_of(datetime.fromisoformat(text).astimezone(UTC), words.ZONE)
            return begins.isoformat("T", "minutes"), (begins + timedelta(minutes=1)).isoformat("T", "minutes")
        begins = datetime.combine(date.fromisoformat(text), time())
        return begins.isoformat("T", "minutes"), (begins + timedelta(days=1)).isoformat("T", "minutes")
    except ValueError:
        raise Refused(400, "value", "a date must be written 2026-12-31 or 2026-12-31T09:30:00Z") from None


def _conditions(sql: str, wheres: Sequence[Where]) -> tuple[str, list[str]]:
    if not wheres:
        return sql, []
    return f"{sql} WHERE {' AND '.join(one for one, _ in wheres)}", [value for _, value in wheres]


def _value(asked: str, system: str) -> str:
    given, bar, value = asked.rpartition("|")
    if bar and given not in ("", system):
        return ""  # another system's number: nobody here has it
    return value


def _codes(asked: str) -> str:
    return "".join(code for code, status in words.STATUS.items() if status in asked.split(","))


def _check_known(call: Call, *names: str) -> None:
    unknown = {name for name, _ in call.asked} - {*names, "_count", "_page"}
    if unknown:
        raise Refused(400, "not-supported", "a parameter of this search is not known")


def _number(call: Call, name: str, usual: int) -> int:
    text = call.one_of(name, str(usual))
    if not text.isdecimal() or int(text) < 1:
        raise Refused(400, "value", f"{name} must be a number from 1 on")
    return int(text)


def _at(call: Call, kind: str, page: int) -> str:
    kept = [(name, value) for name, value in call.asked if name != "_page"]
    return f"{call.base}/{kind}?{urlencode([*kept, ('_page', str(page))])}"
