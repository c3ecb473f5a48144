"""Moves and cancels an appointment that a program sends back changed, if it is the version that the clinic has."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from rpa.calendars.wall import wall_of
from rpa.demo.clinic.appointments import refusal
from rpa.demo.clinic.desk import NoSuchRecord
from rpa.demo.clinic.fhir import words
from rpa.demo.clinic.fhir.call import Call, Refused, Resource

_MAY_CHANGE = frozenset({"start", "end", "status", "cancelationReason", "extension", "comment", "meta"})
Values = dict[str, str | None]
Change = Callable[[Call, sqlite3.Row, Resource], tuple[str, Values]]
"""Returns what a save is called in the clinic's audit, and what it writes."""


def update_appointment(call: Call) -> Resource:
    """Write what was sent, and return what there is then."""
    visit = _visit(call)
    present = words.appointment(visit, call.desk.today.isoformat())
    sent = call.sent or {}
    _check_version(call, present)
    _check_same(present, sent)
    what, values = _change(visit, sent)(call, visit, sent)
    call.desk.records.save("appointment", visit["reference"], values, author=call.desk.author(what))
    return words.appointment(_visit(call), call.desk.today.isoformat())


def _visit(call: Call) -> sqlite3.Row:
    visit = call.desk.records.one(f"{words.VISITS} WHERE a.reference = ?", call.desk.params["id"])
    if visit is None:
        raise NoSuchRecord("appointment")
    return visit


def _check_version(call: Call, present: Resource) -> None:
    if not call.if_match:
        raise Refused(428, "required", "an update needs If-Match")
    if call.if_match != f'W/"{present["meta"]["versionId"]}"':
        raise Refused(412, "conflict", "the appointment has another version")


def _check_same(present: Resource, sent: Resource) -> None:
    kept, wanted = ({name: one for name, one in each.items() if name not in _MAY_CHANGE} for each in (present, sent))
    if kept != wanted:
        raise Refused(422, "business-rule", "only time, status and cancellation of an appointment can be changed")


def _change(visit: sqlite3.Row, sent: Resource) -> Change:
    if sent.get("status") == "cancelled":
        return _cancelled
    return _reinstated if visit["attendance_code"] in words.CANCELLED_BY else _moved


def _moved(call: Call, visit: sqlite3.Row, sent: Resource) -> tuple[str, Values]:
    if sent.get("status") != words.STATUS[visit["attendance_code"]]:
        raise Refused(422, "business-rule", "the status can only become cancelled")
    starts_at = _wall(sent.get("start")).isoformat("T", "minutes")
    if starts_at != visit["starts_at"]:
        _raise_first(refusal(call.desk, visit, visit["clinic"], starts_at))
    return "moved appointment", {"starts_at": starts_at}


def _cancelled(call: Call, visit: sqlite3.Row, sent: Resource) -> tuple[str, Values]:
    told = _extensions(sent)
    reason = sent.get("cancelationReason") or {}
    code = told.get(words.ATTENDANCE, {}).get("valueCode") or _by_reason(reason)
    day = _day(told.get(words.CANCELLED_ON, {}).get("valueDateTime"))
    if visit["attendance_code"] != "0":
        raise Refused(422, "business-rule", "only a future appointment can be cancelled")
    if code not in words.CANCELLED_BY or not reason.get("text"):
        raise Refused(422, "required", "a cancellation needs who cancelled and a reason")
    if day > call.desk.today:
        raise Refused(422, "business-rule", "the date of the cancellation can't be in the future")
    if _wall(sent.get("start")).isoformat("T", "minutes") != visit["starts_at"]:
        raise Refused(422, "business-rule", "an appointment can't be moved and cancelled at once")
    values: Values = {"attendance_code": code, "cancelled_on": day.isoformat(), "cancel_reason": reason["text"]}
    return "cancelled appointment", values


def _reinstated(call: Call, visit: sqlite3.Row, sent: Resource) -> tuple[str, Values]:
    told, starts_at = _extensions(sent), visit["starts_at"]
    if sent.get("status") != "booked" or told.get(words.ATTENDANCE, {}).get("valueCode", "0") != "0":
        raise Refused(422, "business-rule", "a cancelled appointment can only become booked again")
    if sent.get("cancelationReason") or words.CANCELLED_ON in told or not sent.get("comment"):
        raise Refused(422, "required", "taking a cancellation back needs a comment, and leaves nothing of it")
    if _wall(sent.get("start")).isoformat("T", "minutes") != starts_at:
        raise Refused(422, "business-rule", "an appointment can't be moved and brought back at once")
    _raise_first(refusal(call.desk, {**dict(visit), "attendance_code": "0"}, visit["clinic"], starts_at))
    return "reinstated appointment", {"attendance_code": "0", "cancelled_on": None, "cancel_reason": None}


def _extensions(sent: Resource) -> Mapping[str, Resource]:
    return {one.get("url", ""): one for one in sent.get("extension") or () if isinstance(one, dict)}


def _by_reason(reason: Resource) -> str | None:
    codes = [str(one.get("code", "")) for one in reason.get("coding") or () if one.get("system") == words.REASONS]
    return next((code for code, word in words.CANCELLED_BY.items() if any(one.startswith(word) for one in codes)), None)


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        raise Refused(422, "required", "a cancellation needs its date") from None


def _wall(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        raise Refused(400, "value", "an appointment needs its start") from None
    if moment.tzinfo is None:
        raise Refused(400, "value", "an instant needs its zone")
    return wall_of(moment.astimezone(UTC), words.ZONE)


def _raise_first(errors: Mapping[str, str]) -> None:
    for message in errors.values():
        raise Refused(422, "business-rule", message)
