"""The pages about a referral and the form that discharges it."""

import sqlite3
from collections.abc import Mapping

from rpa.demo.clinic.appointments import ALL, listed
from rpa.demo.clinic.codes import PRIORITIES, named
from rpa.demo.clinic.desk import Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Answer, Facts, Field, Form, Link, Links, Page, Redirect, filled
from rpa.demo.clinic.patients import banner, find


def view(desk: Desk) -> Page:
    """Show one referral with its appointments."""
    referral = _find(desk)
    found = desk.records.all(f"{ALL} WHERE a.referral = ? ORDER BY a.starts_at", referral["reference"])
    waiting = desk.records.one("SELECT * FROM waiting_list WHERE referral = ?", referral["reference"])
    facts = {
        **_facts(referral),
        "Status": referral["status"],
        "Discharged on": shown(referral["discharged_on"]),
        "Discharge reason": referral["discharge_reason"] or "",
        "Waiting list date": shown(waiting["added_on"]) if waiting else "",
        "Removed from waiting list": shown(waiting["removed_on"]) if waiting else "",
    }
    at = f"/referrals/{referral['reference']}"
    discharge, reopen = Link("Discharge referral", f"{at}/discharge"), Link("Reopen referral", f"{at}/reopen")
    actions = Links("Actions", (discharge if referral["status"] == "open" else reopen,))
    blocks = (
        banner(find(desk, referral["patient"])),
        Facts("Referral", facts),
        listed("Appointments of this referral", found),
        actions,
    )
    return Page("Referral", blocks, notice=desk.notice)


def discharge(desk: Desk) -> Page:
    """Show the form that discharges a referral."""
    return _discharge_form(desk, _find(desk), {}, {})


def save_discharge(desk: Desk) -> Answer:
    """Discharge a referral that is open and has nothing booked."""
    referral = _find(desk)
    answers = Answers(desk.form)
    day = answers.day("discharged_on", label="the date of discharge").isoformat()
    reason = answers.text("reason", label="a reason")
    if not answers.errors and day > desk.today.isoformat():
        answers.errors["discharged_on"] = "The date of discharge can't be in the future"
    answers.errors.update(_refusal(desk, referral))
    if answers.errors:
        return _discharge_form(desk, referral, desk.form, answers.errors)
    values = {"status": "discharged", "discharged_on": day, "discharge_reason": reason}
    desk.records.save("referral", referral["reference"], values, author=desk.author("discharged referral"))
    return Redirect(f"/referrals/{referral['reference']}?saved=1")


def _find(desk: Desk) -> sqlite3.Row:
    referral = desk.records.one("SELECT * FROM referral WHERE reference = ?", desk.params["reference"])
    if referral is None:
        raise NoSuchRecord("referral")
    return referral


def _facts(referral: sqlite3.Row) -> dict[str, str]:
    return {
        "Referral": referral["reference"],
        "Pathway": referral["pathway"],
        "Specialty": referral["specialty"],
        "Priority": named(referral["priority"], PRIORITIES),
        "Referral date": shown(referral["received_on"]),
    }


def _refusal(desk: Desk, referral: sqlite3.Row) -> dict[str, str]:
    if referral["status"] != "open":
        return {"discharged_on": "The referral is discharged already"}
    booked = desk.records.count(
        "SELECT count(*) FROM appointment WHERE referral = ? AND attendance_code = '0' AND starts_at > ?",
        referral["reference"],
        desk.today.isoformat(),
    )
    return {"discharged_on": "The referral has a future appointment"} if booked else {}


def _discharge_form(desk: Desk, referral: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (Field("discharged_on", "Discharged on", type="date"), Field("reason", "Reason"))
    address = f"/referrals/{referral['reference']}/discharge"
    form = filled(Form(address, fields, "Discharge", confirm="Discharge this referral?"), sent, errors)
    blocks = (banner(find(desk, referral["patient"])), Facts("Referral", _facts(referral)), form)
    return Page("Discharge referral", blocks, errors=tuple(errors.values()))
