"""The pages about a patient: the search, four tabs and the contact form."""

import sqlite3
from collections.abc import Mapping

from rpa.demo.clinic.codes import CONTACT_BY, PRIORITIES, named
from rpa.demo.clinic.desk import Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Answer, Facts, Field, Form, Line, Link, Links, Page, Redirect, Table, filled

CONTACT = {
    "phone": "Phone",
    "mobile": "Mobile",
    "email": "Email",
    "address": "Address",
    "town": "Town",
    "postcode": "Postcode",
}
PHONE = r"\+?[0-9 ()]{9,20}"
PATTERNS = {
    "phone": PHONE,
    "mobile": PHONE,
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "postcode": r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",
}


def search(desk: Desk) -> Page:
    """Find patients by NHS number, date of birth, name or any of them together."""
    asked = {name: desk.query.get(name, "").strip() for name in ("nhs_number", "date_of_birth", "name")}
    form = Form(
        "/patients",
        (
            Field("nhs_number", "NHS number", asked["nhs_number"]),
            Field("date_of_birth", "Date of birth", asked["date_of_birth"], "date"),
            Field("name", "Name", asked["name"]),
        ),
        button="Search",
        method="get",
    )
    return Page("Patient search", (form, _found(desk, asked)) if any(asked.values()) else (form,))


def details(desk: Desk) -> Page:
    """Show who a patient is."""
    patient = find(desk, desk.params["reference"])
    facts = Facts(
        "Details",
        {
            "Family name": patient["family_name"],
            "Given name": patient["given_name"],
            "Sex": patient["sex"],
            "Date of death": shown(patient["date_of_death"]),
            "Sensitive": {"Y": "Yes", "N": "No"}[patient["sensitive"]],
        },
    )
    actions = Links("Actions", (Link("Edit details", f"/patients/{patient['reference']}/edit"),))
    return Page("Patient", (banner(patient), _tabs(patient, "Details"), facts, actions), notice=desk.notice)


def contact(desk: Desk) -> Page:
    """Show how a patient is reached."""
    patient = find(desk, desk.params["reference"])
    facts = {label: patient[name] or "" for name, label in CONTACT.items()}
    facts["Preferred contact"] = CONTACT_BY[patient["preferred_contact"]]
    actions = Links("Actions", (Link("Edit contact details", f"/patients/{patient['reference']}/contact/edit"),))
    return Page(
        "Contact details",
        (banner(patient), _tabs(patient, "Contact"), Facts("Contact", facts), actions),
        notice=desk.notice,
    )


def edit_contact(desk: Desk) -> Page:
    """Show the contact form as the record stands."""
    patient = find(desk, desk.params["reference"])
    return _contact_form(patient, {name: patient[name] or "" for name in (*CONTACT, "preferred_contact")}, {})


def save_contact(desk: Desk) -> Answer:
    """Write the contact form to the patient's record."""
    patient = find(desk, desk.params["reference"])
    answers = Answers(desk.form)
    values = {name: answers.text(name, pattern=PATTERNS.get(name, "")) for name in CONTACT if name in desk.form}
    values["preferred_contact"] = answers.choice("preferred_contact", CONTACT_BY, label="how to contact the patient")
    if answers.errors:
        return _contact_form(patient, desk.form, answers.errors)
    desk.records.save("patient", patient["reference"], values, author=desk.author("saved contact details"))
    return Redirect(f"/patients/{patient['reference']}/contact?saved=1")


def appointments(desk: Desk) -> Page:
    """List a patient's appointments."""
    patient = find(desk, desk.params["reference"])
    rows = desk.records.all(
        "SELECT a.reference, a.ubrn, a.starts_at, c.name, a.attendance_code FROM appointment a"
        " JOIN referral r ON r.reference = a.referral JOIN clinic c ON c.code = a.clinic"
        " WHERE r.patient = ? ORDER BY a.starts_at",
        patient["reference"],
    )
    lines = tuple(Line((row[0], row[1], shown(row[2]), row[3], row[4]), f"/appointments/{row[0]}") for row in rows)
    headings = ("Appointment", "UBRN", "Appointment time", "Clinic", "Attendance code")
    return Page(
        "Appointments of a patient",
        (banner(patient), _tabs(patient, "Appointments"), Table("Appointments", headings, lines)),
    )


def referrals(desk: Desk) -> Page:
    """List a patient's referrals."""
    patient = find(desk, desk.params["reference"])
    rows = desk.records.all("SELECT * FROM referral WHERE patient = ? ORDER BY received_on", patient["reference"])
    lines = tuple(
        Line(
            (row["reference"], row["pathway"], row["specialty"], named(row["priority"], PRIORITIES),
             shown(row["received_on"]), row["status"]),
            f"/referrals/{row['reference']}",
        )
        for row in rows
    )  # fmt: skip
    headings = ("Referral", "Pathway", "Specialty", "Priority", "Referral date", "Status")
    return Page(
        "Referrals of a patient", (banner(patient), _tabs(patient, "Referrals"), Table("Referrals", headings, lines))
    )


def find(desk: Desk, reference: str) -> sqlite3.Row:
    """Return a patient's record, or somebody else's while the fault `wrong_patient` is on."""
    # The mix-up of one patient's page with the next one's is what two identifiers are checked for.
    patient = desk.records.one(
        "SELECT * FROM patient WHERE (reference = ?) <> ? LIMIT 1", reference, desk.twist.wrong_patient
    )
    if patient is None:
        raise NoSuchRecord("patient")
    return patient


def banner(patient: sqlite3.Row) -> Facts:
    """Who a page is about: shown on every page of a patient, a referral or an appointment."""
    return Facts(
        "Patient",
        {
            "Patient": patient["reference"],
            "Name": f"{patient['family_name'].upper()}, {patient['given_name']}",
            "NHS number": spaced(patient["nhs_number"]),
            "Date of birth": shown(patient["date_of_birth"]),
        },
    )


def spaced(nhs_number: str) -> str:
    """Write an NHS number the way it is printed: 3, 3 and 4 digits."""
    return f"{nhs_number[:3]} {nhs_number[3:6]} {nhs_number[6:]}"


def _found(desk: Desk, asked: dict[str, str]) -> Table:
    answers = Answers(asked)
    born = answers.day("date_of_birth", label="it").isoformat() if asked["date_of_birth"] else ""
    rows = desk.records.all(
        "SELECT * FROM patient WHERE (?1 = '' OR nhs_number = ?1) AND (?2 = '' OR date_of_birth = ?2)"
        " AND (?3 = '' OR family_name LIKE ?3 || '%' OR given_name LIKE ?3 || '%') ORDER BY family_name LIMIT 50",
        "".join(character for character in asked["nhs_number"] if character.isdigit()),
        born,
        asked["name"],
    )
    lines = tuple(
        Line(
            (row["reference"], spaced(row["nhs_number"]), shown(row["date_of_birth"]), row["family_name"],
             row["given_name"]),
            f"/patients/{row['reference']}",
        )
        for row in rows
    )  # fmt: skip
    return Table("Patients found", ("Patient", "NHS number", "Date of birth", "Family name", "Given name"), lines)


def _tabs(patient: sqlite3.Row, current: str) -> Links:
    base = f"/patients/{patient['reference']}"
    tabs = {"Details": "", "Contact": "/contact", "Appointments": "/appointments", "Referrals": "/referrals"}
    return Links("Tabs", tuple(Link(name, base + path, current=name == current) for name, path in tabs.items()))


def _contact_form(patient: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        *(Field(name, label) for name, label in CONTACT.items()),
        Field("preferred_contact", "Preferred contact", options=CONTACT_BY),
    )
    form = Form(f"/patients/{patient['reference']}/contact/edit", fields, "Save contact details")
    form = filled(form, sent, errors)
    return Page("Edit contact details", (banner(patient), form), errors=tuple(errors.values()))
