"""The pages about one appointment: finding it, its page, and the forms that move, cancel and close it."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime, time

from rpa.demo.clinic.codes import ATTENDANCE, ATTENDED, CANCELLED, OUTCOMES, PRIORITIES, VISIT_TYPES, named
from rpa.demo.clinic.desk import Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Answer, Block, Facts, Field, Form, Line, Link, Links, Page, Redirect, Table, filled
from rpa.demo.clinic.patients import banner, find

OPENS, CLOSES = time(8), time(18)
ALL = (
    "SELECT a.*, r.pathway, r.patient, r.specialty, r.priority, r.received_on, c.name AS clinic_name, c.site"
    " FROM appointment a JOIN referral r ON r.reference = a.referral JOIN clinic c ON c.code = a.clinic"
)


def search(desk: Desk) -> Page:
    """Find appointments by UBRN."""
    ubrn = desk.query.get("ubrn", "").strip()
    form = Form("/appointments", (Field("ubrn", "UBRN", ubrn),), button="Search", method="get")
    blocks: list[Block] = [form]
    if ubrn:
        found = desk.records.all(f"{ALL} WHERE a.ubrn = ? ORDER BY a.starts_at", ubrn)
        blocks.append(listed("Appointments found", found))
    return Page("Appointment search", tuple(blocks))


def listed(caption: str, found: list[sqlite3.Row]) -> Table:
    """Write appointments as a table that leads to each."""
    headings = ("Appointment", "UBRN", "Appointment time", "Clinic", "Attendance code", "Cancelled on")
    lines = tuple(
        Line(
            (row["reference"], row["ubrn"], shown(row["starts_at"]), row["clinic_name"], row["attendance_code"],
             shown(row["cancelled_on"])),
            f"/appointments/{row['reference']}",
        )
        for row in found
    )  # fmt: skip
    return Table(caption, headings, lines)


def view(desk: Desk) -> Page:
    """Show one appointment and what can be done with it."""
    visit = _find(desk)
    at = f"/appointments/{visit['reference']}"
    facts = {
        "Appointment": visit["reference"],
        "UBRN": visit["ubrn"],
        "Pathway": visit["pathway"],
        "Specialty": visit["specialty"],
        "Priority": named(visit["priority"], PRIORITIES),
        "Referral date": shown(visit["received_on"]),
        "Clinic": visit["clinic_name"],
        "Site": visit["site"],
        "Appointment time": shown(visit["starts_at"]),
        "Visit type": named(visit["visit_type"], VISIT_TYPES),
        "Attendance code": named(visit["attendance_code"], ATTENDANCE),
        "Cancelled on": shown(visit["cancelled_on"]),
        "Cancellation reason": visit["cancel_reason"] or "",
        "Outcome code": named(visit["outcome_code"], OUTCOMES),
    }
    actions = Links(
        "Actions",
        (
            Link("Edit appointment", f"{at}/edit", popup=True),
            Link("Cancel appointment", f"{at}/cancel", popup=True),
            Link("Reinstate appointment", f"{at}/reinstate"),
            Link("Record outcome", f"{at}/outcome"),
            Link("Open referral", f"/referrals/{visit['referral']}"),
        ),
    )
    blocks = (banner(find(desk, visit["patient"])), Facts("Appointment", facts), actions)
    return Page("Appointment", blocks, notice=desk.notice)


def edit(desk: Desk) -> Page:
    """Show the form that moves an appointment."""
    visit = _find(desk)
    now = {
        "clinic": visit["clinic"],
        "date": visit["starts_at"][:10],
        "time": visit["starts_at"][11:],
        "visit_type": visit["visit_type"],
    }
    return _edit_form(desk, visit, now, {})


def save_edit(desk: Desk) -> Answer:
    """Move an appointment, if the clinic can."""
    visit = _find(desk)
    answers = Answers(desk.form)
    clinic = answers.choice("clinic", _clinics(desk, visit), label="a clinic")
    day = answers.day("date", label="the date")
    at = answers.time("time", label="the time")
    visit_type = answers.choice("visit_type", VISIT_TYPES, label="a visit type")
    starts_at = datetime.combine(day, at).isoformat("T", "minutes")
    if not answers.errors:
        answers.errors.update(refusal(desk, visit, clinic, starts_at))
    if answers.errors:
        return _edit_form(desk, visit, desk.form, answers.errors)
    values = {"clinic": clinic, "starts_at": starts_at, "visit_type": visit_type}
    desk.records.save("appointment", visit["reference"], values, author=desk.author("moved appointment"))
    return Redirect(f"/appointments/{visit['reference']}?saved=1")


def cancel(desk: Desk) -> Page:
    """Show the form that cancels an appointment."""
    return _cancel_form(desk, _find(desk), {}, {})


def save_cancel(desk: Desk) -> Answer:
    """Cancel an appointment with a code, a date and a reason."""
    visit = _find(desk)
    answers = Answers(desk.form)
    values = {
        "attendance_code": answers.choice("attendance_code", CANCELLED, label="who cancelled"),
        "cancelled_on": answers.day("cancelled_on", label="the date of the cancellation").isoformat(),
        "cancel_reason": answers.text("reason", label="a reason"),
    }
    if visit["attendance_code"] != "0":
        answers.errors["attendance_code"] = "Only a future appointment can be cancelled"
    if not answers.errors and str(values["cancelled_on"]) > desk.today.isoformat():
        answers.errors["cancelled_on"] = "The date of the cancellation can't be in the future"
    if answers.errors:
        return _cancel_form(desk, visit, desk.form, answers.errors)
    desk.records.save("appointment", visit["reference"], values, author=desk.author("cancelled appointment"))
    return Redirect(f"/appointments/{visit['reference']}?saved=1")


def outcome(desk: Desk) -> Page:
    """Show the form that records how a visit ended."""
    visit = _find(desk)
    now = {"attendance_code": visit["attendance_code"], "outcome_code": visit["outcome_code"] or ""}
    return _outcome_form(desk, visit, now, {})


def save_outcome(desk: Desk) -> Answer:
    """Record how a visit ended."""
    visit = _find(desk)
    answers = Answers(desk.form)
    values = {
        "attendance_code": answers.choice("attendance_code", ATTENDED, label="how the patient attended"),
        "outcome_code": answers.choice("outcome_code", OUTCOMES, label="an outcome"),
    }
    if visit["starts_at"][:10] > desk.today.isoformat():
        answers.errors["attendance_code"] = "The appointment has not taken place yet"
    if visit["attendance_code"] in CANCELLED:
        answers.errors["attendance_code"] = "The appointment is cancelled"
    if answers.errors:
        return _outcome_form(desk, visit, desk.form, answers.errors)
    desk.records.save("appointment", visit["reference"], values, author=desk.author("recorded outcome"))
    return Redirect(f"/appointments/{visit['reference']}?saved=1")


def _find(desk: Desk) -> sqlite3.Row:
    visit = desk.records.one(f"{ALL} WHERE a.reference = ?", desk.params["reference"])
    if visit is None:
        raise NoSuchRecord("appointment")
    return visit


def _clinics(desk: Desk, visit: sqlite3.Row) -> dict[str, str]:
    rows = desk.records.all("SELECT code, name FROM clinic WHERE specialty = ? ORDER BY name", visit["specialty"])
    return {row["code"]: row["name"] for row in rows}


def refusal(desk: Desk, visit: sqlite3.Row | Mapping[str, str], clinic: str, starts_at: str) -> dict[str, str]:
    """Return why an appointment can't be moved there: field → message; empty if it can."""
    wanted = datetime.fromisoformat(starts_at)
    if visit["attendance_code"] != "0":
        return {"date": "Only a future appointment can be moved"}
    if wanted.date() < desk.today:
        return {"date": "The date can't be in the past"}
    if wanted.weekday() > 4:
        return {"date": "The clinic is closed on Saturdays and Sundays"}
    if not OPENS <= wanted.time() < CLOSES:
        return {"time": "The clinic is open from 08:00 to 18:00"}
    taken = desk.records.count(
        "SELECT count(*) FROM appointment WHERE clinic = ? AND starts_at = ? AND reference <> ?"
        " AND attendance_code = '0'",
        clinic,
        starts_at,
        visit["reference"],
    )
    return {"time": "This time is taken"} if taken else {}


def _edit_form(desk: Desk, visit: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        Field("clinic", "Clinic", options=_clinics(desk, visit)),
        Field("date", "Date", type="date"),
        Field("time", "Time", type="time"),
        Field("visit_type", "Visit type", options=VISIT_TYPES),
    )
    at = f"/appointments/{visit['reference']}/edit"
    form = Form(at, fields, "Save appointment", confirm="Move this appointment?")
    return _form_page("Edit appointment", desk, visit, filled(form, sent, errors))


def _cancel_form(desk: Desk, visit: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        Field("attendance_code", "Attendance code", options=CANCELLED),
        Field("cancelled_on", "Cancelled on", type="date"),
        Field("reason", "Reason"),
    )
    at = f"/appointments/{visit['reference']}/cancel"
    form = Form(at, fields, "Cancel this appointment", confirm="Cancel this appointment?")
    return _form_page("Cancel appointment", desk, visit, filled(form, sent, errors))


def _outcome_form(desk: Desk, visit: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        Field("attendance_code", "Attendance code", options=ATTENDED),
        Field("outcome_code", "Outcome code", options=OUTCOMES),
    )
    form = Form(f"/appointments/{visit['reference']}/outcome", fields, "Save outcome")
    return _form_page("Record outcome", desk, visit, filled(form, sent, errors))


def _form_page(title: str, desk: Desk, visit: sqlite3.Row, form: Form) -> Page:
    facts = {
        "Appointment": visit["reference"],
        "UBRN": visit["ubrn"],
        "Appointment time": shown(visit["starts_at"]),
        "Clinic now": visit["clinic_name"],
    }
    blocks = (banner(find(desk, visit["patient"])), Facts("Appointment", facts), form)
    return Page(title, blocks, errors=tuple(field.error for field in form.fields if field.error))
