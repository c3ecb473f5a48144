"""The pages about tasks: who is asked to do what until when, and the form that makes one."""

import sqlite3
from collections.abc import Mapping

from rpa.demo.clinic.desk import PAGE_LENGTH, Answers, Desk, NoSuchRecord, shown
from rpa.demo.clinic.page import Answer, Facts, Field, Form, Line, Page, Redirect, Table, filled
from rpa.demo.clinic.patients import banner, find
from rpa.demo.clinic.teams import TEAMS

LONGEST_TEXT = 400
_WANTED = (
    " FROM task t JOIN referral r ON r.reference = t.referral JOIN patient p ON p.reference = r.patient"
    " WHERE (?1 = '' OR t.team = ?1) AND (?2 = '' OR t.referral = ?2) AND (?3 = '' OR p.nhs_number = ?3)"
)


def listing(desk: Desk) -> Page:
    """List the tasks, those that are due first at the top, by team, referral and patient."""
    team, referral, number = (desk.query.get(name, "").strip() for name in ("team", "referral", "nhs_number"))
    wanted = (team, referral, number.replace(" ", ""))
    total = desk.records.count(f"SELECT count(*){_WANTED}", *wanted)
    found = desk.records.all(
        f"SELECT t.*, p.nhs_number{_WANTED} ORDER BY t.due_on, t.reference LIMIT ?4 OFFSET ?5",
        *wanted,
        PAGE_LENGTH,
        desk.offset(),
    )
    lines = tuple(
        Line(
            (row["reference"], row["referral"], row["nhs_number"], row["team"], shown(row["due_on"]), row["text"],
             shown(row["done_on"])),
            f"/tasks/{row['reference']}",
        )
        for row in found
    )  # fmt: skip
    fields = (
        Field("team", "Consultant team", team, options={"": "Any"} | dict(TEAMS)),
        Field("referral", "Referral", referral),
        Field("nhs_number", "NHS number", number),
    )
    table = Table("Tasks", ("Task", "Referral", "NHS number", "Consultant team", "Due date", "Text", "Done on"), lines)
    return Page("Tasks", (Form("/tasks", fields, "Filter", method="get"), table, desk.pager("/tasks", total)))


def view(desk: Desk) -> Page:
    """Show one task."""
    task = desk.records.one("SELECT * FROM task WHERE reference = ?", desk.params["reference"])
    if task is None:
        raise NoSuchRecord("task")
    facts = {
        "Task": task["reference"],
        "Referral": task["referral"],
        "Consultant team": task["team"],
        "Due date": shown(task["due_on"]),
        "Text": task["text"],
        "Done on": shown(task["done_on"]),
    }
    patient = find(desk, _referral(desk, task["referral"])["patient"])
    return Page("Task", (banner(patient), Facts("Task", facts)), notice=desk.notice)


def new(desk: Desk) -> Page:
    """Show the form that makes a task of a referral."""
    return _form(desk, _referral(desk, desk.params["reference"]), {}, {})


def save_new(desk: Desk) -> Answer:
    """Make a task of a referral."""
    referral = _referral(desk, desk.params["reference"])
    answers = Answers(desk.form)
    values = {
        "referral": referral["reference"],
        "team": answers.choice("team", TEAMS, label="a team"),
        "due_on": answers.day("due_on", label="a due date").isoformat(),
        "text": answers.text("text", label="what is to be done", longest=LONGEST_TEXT),
    }
    if answers.errors:
        return _form(desk, referral, desk.form, answers.errors)
    number = desk.records.count("SELECT count(*) FROM task")
    key = f"T{900000 + number}"
    desk.records.add("task", key, values, author=desk.author("made task"))
    return Redirect(f"/tasks/{key}?saved=1")


def _referral(desk: Desk, reference: str) -> sqlite3.Row:
    referral = desk.records.one("SELECT * FROM referral WHERE reference = ?", reference)
    if referral is None:
        raise NoSuchRecord("referral")
    return referral


def _form(desk: Desk, referral: sqlite3.Row, sent: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    fields = (
        Field("team", "Consultant team", options={"": "Choose one"} | dict(TEAMS)),
        Field("due_on", "Due date", type="date"),
        Field("text", "Text"),
    )
    form = filled(Form(f"/referrals/{referral['reference']}/tasks/new", fields, "Save task"), sent, errors)
    facts = Facts("Referral", {"Referral": referral["reference"], "Pathway": referral["pathway"]})
    return Page("New task", (banner(find(desk, referral["patient"])), facts, form), errors=tuple(errors.values()))
