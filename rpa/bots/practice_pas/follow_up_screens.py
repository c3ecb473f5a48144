"""The practice clinic's screens of patient-initiated follow-up and of tasks: what they say, as records."""

from dataclasses import dataclass
from datetime import date, datetime

from rpa.bots.practice_pas.records import Patient, day, moment
from rpa.bots.practice_pas.screens import known_screen, patient_in
from rpa.connectors.browser import Html

_LISTED = ("Referral", "Pathway", "NHS number", "Consultant team", "PIFU start date", "PIFU end date", "Last review")
_PATHWAY = (
    "Referral", "Pathway", "Consultant team", "PIFU start date", "PIFU end date", "Last review", "Status",
    "Date of death", "Next appointment",
)  # fmt: skip
_TASKS = ("Task", "Referral", "NHS number", "Consultant team", "Due date", "Text", "Done on")


@dataclass(frozen=True, slots=True)
class PifuEntry:
    """One line of the list of patient-initiated follow-up."""

    referral: str
    pathway: str
    nhs_number: str
    team: str
    starts_on: date | None
    ends_on: date | None
    reviewed_on: date | None


@dataclass(frozen=True, slots=True)
class PifuPathway:
    """One pathway on patient-initiated follow-up as its page shows it."""

    referral: str
    pathway: str
    patient: Patient
    team: str
    starts_on: date | None
    ends_on: date | None
    reviewed_on: date | None
    status: str
    died_on: date | None
    next_appointment: datetime | None


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list of tasks."""

    reference: str
    referral: str
    nhs_number: str
    team: str
    due_on: date | None
    text: str
    done_on: date | None


def pifu_listed_in(page: Html) -> list[PifuEntry]:
    """Read one page of the list of patient-initiated follow-up."""
    with known_screen("PIFU list"):
        return [
            PifuEntry(
                referral=row["Referral"],
                pathway=row["Pathway"],
                nhs_number=row["NHS number"],
                team=row["Consultant team"],
                starts_on=day(row["PIFU start date"]),
                ends_on=day(row["PIFU end date"]),
                reviewed_on=day(row["Last review"]),
            )
            for row in page.table(*_LISTED)
        ]


def pifu_in(page: Html) -> PifuPathway:
    """Read the page of one pathway."""
    patient = patient_in(page, "PIFU pathway")
    with known_screen("PIFU pathway"):
        shown = page.read(_PATHWAY)
        return PifuPathway(
            referral=shown["Referral"],
            pathway=shown["Pathway"],
            patient=patient,
            team=shown["Consultant team"],
            starts_on=day(shown["PIFU start date"]),
            ends_on=day(shown["PIFU end date"]),
            reviewed_on=day(shown["Last review"]),
            status=shown["Status"],
            died_on=day(shown["Date of death"]),
            next_appointment=moment(shown["Next appointment"]) if shown["Next appointment"] else None,
        )


def tasks_in(page: Html) -> list[Task]:
    """Read one page of the list of tasks."""
    with known_screen("Tasks"):
        return [
            Task(
                reference=row["Task"],
                referral=row["Referral"],
                nhs_number=row["NHS number"],
                team=row["Consultant team"],
                due_on=day(row["Due date"]),
                text=row["Text"],
                done_on=day(row["Done on"]),
            )
            for row in page.table(*_TASKS)
        ]
