"""What the extract says of one PIFU pathway, when somebody must look at it, and what the PAS says of it now."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from rpa import Calendar, NHSNumber, Row, column
from rpa.bots import PifuPathway, Task

OPEN = "open"
"""What the PAS says of a referral that is not discharged."""
_DAY = timedelta(days=1)


class Standing(StrEnum):
    """How a pathway stands on the day the list is made; the first that fits counts."""

    ROWS_DIFFER = "ROWS_DIFFER"
    REVIEWED = "Reviewed"
    LATER = "Not due yet"
    OVERDUE = "Overdue"
    DUE = "Due"


class Found(StrEnum):
    """What the PAS says of a pathway at the moment of acting; the first that fits counts."""

    NO_MATCH = "NO_MATCH"
    DECEASED = "the patient has died"
    DISCHARGED = "discharged since"
    REVIEWED = "reviewed since"
    STALE = "STALE"
    ASKED = "has a task already"
    BOOKED = "a visit is booked"
    UNASKED = "needs a task"


FOR_A_PERSON = (Found.NO_MATCH, Found.STALE)


class PifuRow(Row):
    """A row of the extract."""

    referral: str = column("Referral", "Referral reference", note="The reference in the PAS.", example="R300005")
    pathway: str = column("Pathway", "PAS pathway", note="The pathway number in the PAS.", example="REN26000005")
    nhs_number: NHSNumber = column("NHS number", "NHS No")
    date_of_birth: date = column("Date of birth", "DOB", example=date(1961, 3, 4))
    team: str = column(
        "Consultant team", "Team", note="As it is called in the PAS; its task goes there.", example="Larch, haematology"
    )
    starts_on: date = column("PIFU start date", "PIFU start", example=date(2026, 1, 12))
    ends_on: date = column(
        "PIFU end date", "PIFU end", note="Somebody must look before this day.", example=date(2027, 1, 12)
    )
    reviewed_on: date | None = column(
        "Last review", "Reviewed on", default=None, note="Empty if nobody has looked since the start date."
    )

    @property
    def mark(self) -> str:
        """What names the pathway and this end of it in the text of a task, so that the task is known again."""
        return f"{self.pathway} (ends {self.ends_on:%d/%m/%Y})"

    def says_the_same(self, other: "PifuRow") -> bool:
        """Return whether two rows differ in nothing but where they stand."""
        beside = {"source", "resubmit"}
        return self.model_dump(exclude=beside) == other.model_dump(exclude=beside)


class Review(Row):
    """One case: the pathways of one patient that one team must look at; of any other standing, one pathway alone."""

    standing: Standing
    rows: tuple[PifuRow, ...]
    """A row for each pathway, the one that ends first at the top."""
    asked_on: date
    """The day the list is made for."""
    task_days: tuple[date, ...] = ()
    """When the team must have looked at each of them."""

    @property
    def first(self) -> PifuRow:
        """The pathway that ends first."""
        return self.rows[0]

    @property
    def wants_task(self) -> bool:
        """Whether somebody must look at it now."""
        return self.standing in (Standing.DUE, Standing.OVERDUE)

    @property
    def key(self) -> str:
        """The patient and the team: nobody is dealt with twice at a time for one team, whatever extracts come in."""
        if self.wants_task:
            return f"{self.first.nhs_number} {self.first.team}"
        return f"{self.first.pathway} {self.standing}"

    def due_day(self, rows: Sequence[PifuRow]) -> date:
        """Return when a task of some of the pathways is due: by the one that ends first."""
        return min(day for row, day in zip(self.rows, self.task_days, strict=True) if row in rows)


def was_reviewed(starts_on: date | None, reviewed_on: date | None) -> bool:
    """Return whether somebody has looked after the day it began, which is the day of the decision."""
    return reviewed_on is not None and (starts_on is None or starts_on < reviewed_on)


def standing_of(row: PifuRow, today: date, days: int) -> Standing:
    """Say of one pathway whether somebody must look at it now; its end may be `days` away, that day included."""
    is_past = row.reviewed_on is not None and row.reviewed_on <= today
    if is_past and was_reviewed(row.starts_on, row.reviewed_on):
        return Standing.REVIEWED
    if row.ends_on > today + timedelta(days=days):
        return Standing.LATER
    return Standing.OVERDUE if row.ends_on < today else Standing.DUE


def task_text(rows: Sequence[PifuRow]) -> str:
    """Return what a task of these pathways says."""
    return f"PIFU review due: {', '.join(row.mark for row in rows)}"


def task_day(ends_on: date, today: date, calendar: Calendar) -> date:
    """Return the last working day before the end date; where that has passed, the first one from today on."""
    return max(calendar.previous_working_day(ends_on), calendar.next_working_day(today - _DAY))


def found_of(row: PifuRow, shown: PifuPathway, tasks: list[Task]) -> Found:
    """Say what the PAS makes of a pathway of the extract."""
    patient = shown.patient
    if (shown.pathway, patient.nhs_number, patient.date_of_birth) != (row.pathway, row.nhs_number, row.date_of_birth):
        return Found.NO_MATCH
    if shown.died_on is not None:
        return Found.DECEASED
    if shown.status != OPEN:
        return Found.DISCHARGED
    if was_reviewed(shown.starts_on, shown.reviewed_on):
        return Found.REVIEWED
    if (shown.team, shown.starts_on, shown.ends_on) != (row.team, row.starts_on, row.ends_on):
        return Found.STALE
    if any(row.mark in task.text for task in tasks):
        return Found.ASKED
    return Found.BOOKED if shown.next_appointment is not None else Found.UNASKED
