"""The forms that take back a discharge and a cancellation, as if it had not been made."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from rpa.demo.clinic.appointments import ALL
from rpa.demo.clinic.codes import ATTENDANCE, CANCELLED, named
from rpa.demo.clinic.desk import Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Answer, Facts, Field, Form, Page, Redirect, filled
from rpa.demo.clinic.patients import banner, find

_WHY = Field("reason", "Reason")


def reopen(desk: Desk) -> Page:
    """Show the form that opens a discharged referral again."""
    return _reopen_form(desk, _referral(desk), {}, {})


def save_reopen(desk: Desk) -> Answer:
    """Open a referral that is discharged again; day and reason of the discharge are taken off it."""
    referral, answers = _referral(desk), Answers(desk.form)
    answers.text("reason", label="a reason")
    if referral["status"] != "discharged":
        answers.errors["reason"] = "The referral is open already"
    if answers.errors:
        return _reopen_form(desk, referral, desk.form, answers.errors)
    values = {"status": "open", "discharged_on": None, "discharge_reason": None}
    desk.records.save("referral", referral["reference"], values, author=desk.author("reopened referral"))
    return Redirect(f"/referrals/{referral['reference']}?saved=1")


def reinstate(desk: Desk) -> Page:
    """Show the form that brings a cancelled appointment back."""
    return _reinstate_form(desk, _appointment(desk), {}, {})


def save_reinstate(desk: Desk) -> Answer:
    """Bring a cancelled appointment back to its own time, if that is still to come and free."""
    visit, answers = _appointment(desk), Answers(desk.form)
    answers.text("reason", label="a reason")
    answers.errors.update(_refusal(desk, visit))
    if answers.errors:
        return _reinstate_form(desk, visit, desk.form, answers.errors)
    values = {"attendance_code": "0", "cancelled_on": None, "cancel_reason": None}
    desk.records.save("appointment", visit["reference"], values, author=desk.author("reinstated appointment"))
    return Redirect(f"/appointments/{visit['reference']}?saved=1")


def _referral(desk: Desk) -> sqlite3.Row:
    found = desk.records.one("SELECT * FROM referral WHERE reference = ?", desk.params["reference"])
    if found is None:
        raise NoSuchRecord("referral")
    return found


def _appointment(desk: Desk) -> sqlite3.Row:
    found = desk.records.one(f"{ALL} WHERE a.reference = ?", desk.params["reference"])
    if found is None:
        raise NoSuchRecord("appointment")
    return found


def _refusal(desk: Desk, visit: sqlite3.Row) -> dict[str, str]:
    if visit["attendance_code"] not in CANCELLED:
        return {"reason": "The appointment is not cancelled"}
    if datetime.fromisoformat(visit["starts_at"]).date() < desk.today:
        return {"reason": "The appointment has passed"}
    taken = desk.records.count(
        "SELECT count(*) FROM appointment WHERE clinic = ? AND starts_at = ? AND attendance_code = '0'",
        visit["clinic"],
        visit["starts_at"],
    )
    return {"reason": "This time is taken"} if taken else {}


def _reopen_form(desk: Desk, referral: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    facts = {
        "Referral": referral["reference"],
        "Pathway": referral["pathway"],
        "Status": referral["status"],
        "Discharged on": shown(referral["discharged_on"]),
    }
    form = Form(f"/referrals/{referral['reference']}/reopen", (_WHY,), "Reopen", confirm="Reopen this referral?")
    return _page("Reopen referral", desk, referral["patient"], Facts("Referral", facts), filled(form, sent, errors))


def _reinstate_form(desk: Desk, visit: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    facts = {
        "Appointment": visit["reference"],
        "UBRN": visit["ubrn"],
        "Appointment time": shown(visit["starts_at"]),
        "Attendance code": named(visit["attendance_code"], ATTENDANCE),
    }
    form = Form(
        f"/appointments/{visit['reference']}/reinstate", (_WHY,), "Reinstate", confirm="Reinstate this appointment?"
    )
    return _page(
        "Reinstate appointment", desk, visit["patient"], Facts("Appointment", facts), filled(form, sent, errors)
    )


def _page(title: str, desk: Desk, patient: str, facts: Facts, form: Form) -> Page:
    errors = tuple(field.error for field in form.fields if field.error)
    return Page(title, (banner(find(desk, patient)), facts, form), errors=errors)
