"""Rows of the extract, and pathways as the PAS shows them, around one Monday."""

from datetime import date
from typing import Any

from rpa import Calendar
from rpa.bots import Patient, PifuPathway, Task
from rpa.models import RowRef
from workflows._pifu import PifuRow, Review, Standing, task_day

TODAY = date(2026, 11, 23)
BEGAN = date(2026, 1, 5)
ENDS = date(2026, 12, 14)


def pifu_row(number: int = 1, **other: Any) -> PifuRow:
    usual = {"referral": f"R{number}", "pathway": f"REN{number}", "nhs_number": "9990000018",
             "date_of_birth": date(1970, 1, 1), "team": "Larch, haematology", "starts_on": BEGAN, "ends_on": ENDS,
             "source": RowRef("pifu", "PIFU", number)}  # fmt: skip
    return PifuRow(**usual | other)


def shown(**other: Any) -> PifuPathway:
    usual: dict[str, Any] = {
        "referral": "R1", "pathway": "REN1", "patient": Patient("P1", "9990000018", date(1970, 1, 1)),
        "team": "Larch, haematology", "starts_on": BEGAN, "ends_on": ENDS, "reviewed_on": None, "status": "open",
        "died_on": None, "next_appointment": None,
    }  # fmt: skip
    return PifuPathway(**usual | other)


def task(text: str) -> Task:
    return Task("T1", "R1", "9990000018", "Larch, haematology", ENDS, text, None)


def review(*rows: PifuRow) -> Review:
    rows = rows or (pifu_row(),)
    days = tuple(task_day(row.ends_on, TODAY, Calendar()) for row in rows)
    return Review(standing=Standing.DUE, rows=rows, asked_on=TODAY, task_days=days)
