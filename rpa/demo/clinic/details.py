"""The form by which staff change who a patient is; no robot has business here."""

import sqlite3
from collections.abc import Mapping

from rpa.demo.clinic.desk import Answers, Desk
from rpa.demo.clinic.page import Answer, Field, Form, Page, Redirect, filled
from rpa.demo.clinic.patients import banner, find

SEXES = {"Female": "Female", "Male": "Male"}
YES_NO = {"N": "No", "Y": "Yes"}
_NAMES = {"family_name": "Family name", "given_name": "Given name"}


def edit(desk: Desk) -> Page:
    """Show the form as the record stands."""
    patient = find(desk, desk.params["reference"])
    return _form(patient, {name: patient[name] or "" for name in (*_NAMES, "sex", "date_of_death", "sensitive")}, {})


def save(desk: Desk) -> Answer:
    """Write the form to the patient's record."""
    patient = find(desk, desk.params["reference"])
    answers = Answers(desk.form)
    values = {name: answers.text(name, label=f"the {label.lower()}") for name, label in _NAMES.items()}
    values["sex"] = answers.choice("sex", SEXES, label="the sex")
    values["sensitive"] = answers.choice("sensitive", YES_NO, label="whether the record is sensitive")
    died = desk.form.get("date_of_death", "").strip()
    values["date_of_death"] = answers.day("date_of_death", label="the date of death").isoformat() if died else None
    if answers.errors:
        return _form(patient, desk.form, answers.errors)
    desk.records.save("patient", patient["reference"], values, author=desk.author("saved details"))
    return Redirect(f"/patients/{patient['reference']}?saved=1")


def _form(patient: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        *(Field(name, label) for name, label in _NAMES.items()),
        Field("sex", "Sex", options=SEXES),
        Field("date_of_death", "Date of death", type="date"),
        Field("sensitive", "Sensitive", options=YES_NO),
    )
    form = filled(Form(f"/patients/{patient['reference']}/edit", fields, "Save details"), sent, errors)
    return Page("Edit details", (banner(patient), form), errors=tuple(errors.values()))
