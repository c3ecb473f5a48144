"""How the cancer pathways are shown to those who track them: what must happen first stands at the top."""

from datetime import date

from rpa import Layout, Results, case_sheets
from rpa.connectors.spreadsheet import ReportColumn, ReportRow, ReportSheet, Tint, Value
from workflows._cancer_changes import changes_sheet
from workflows._cancer_days import State, working_days_left
from workflows._cancer_earlier import Earlier
from workflows._cancer_list import Watch, kind_of
from workflows._cancer_pathways import Standard, Standing, first_wait, has_event, waits_of
from workflows._cancer_row import ListedPathway
from workflows._specialties import specialty_name

COLUMNS = (
    ReportColumn("Pathway", 14),
    ReportColumn("NHS number", 14),
    ReportColumn("Specialty", 24),
    ReportColumn("Wait", 32),
    ReportColumn("Days so far", 13),
    ReportColumn("Last day in time", 17),
    ReportColumn("Days late", 11),
    ReportColumn("Working days left", 18),
    ReportColumn("Next event", 22),
    ReportColumn("What must happen next", 46),
    ReportColumn("Other waits that are late", 32),
)
NOTES = {
    Standing.ACT_NOW: "At least one wait is a breach already; the one that was first is named.",
    Standing.SOON: "No wait is a breach; at least one will be within the working days that were asked for.",
    Standing.NO_EVENT: "In time so far, but nothing is booked.",
    Standing.WITHIN: "In time, and something is booked or nothing is left to wait for.",
}
NONE = "None: no pathway is on this list."
WORDS = {"NO_SUCH_PATHWAY": "No such pathway", "OTHER_PATIENT": "Another patient's pathway"}
"""What the codes are called on the sheets."""
NEXT = {
    Standard.FIRST_APPOINTMENT: "Book the first appointment, or record that the patient was seen.",
    Standard.OWN_TREATMENT: "Agree the treatment with the patient, and book it.",
    Standard.TOLD: "Tell the patient the diagnosis or that it is no cancer, and record the day.",
    Standard.DECISION: "Book the treatment that was decided, or record that it has begun.",
    Standard.TREATMENT: "Agree the treatment with the patient, and book it.",
}


def sheets_of(results: Results[ListedPathway], watch: Watch, before: Earlier | None) -> list[ReportSheet]:
    """Return the sheets: summary, the four lists, what changed, for a person, rejected rows."""
    layout: Layout[ListedPathway] = Layout(
        kind=lambda row: kind_of(watch, row),
        known_by={"Pathway": lambda row: row.pathway},
        columns={
            "Pathway": lambda row, _: row.pathway,
            "NHS number": lambda row, _: row.nhs_number,
            "Referral date": lambda row, _: row.referral_date,
        },
        order=lambda row, _: row.referral_date or date.max,
        words=WORDS,
    )
    summary, _, *others = case_sheets(results, layout)
    return [summary, *(list_sheet(standing, watch) for standing in Standing), changes_sheet(watch, before), *others]


def list_sheet(standing: Standing, watch: Watch) -> ReportSheet:
    """Return one of the four lists."""
    numbers = [number for number, one in watch.standings.items() if one is standing]
    lines = [line_of(number, watch) for number in sorted(numbers, key=lambda number: urgency(number, watch))]
    tint = Tint.ATTENTION if standing is Standing.ACT_NOW else Tint.NONE
    rows = [ReportRow(line, tint) for line in lines]
    title = f"{standing.value}, {watch.today:%d/%m/%Y}"
    return ReportSheet(standing.value, COLUMNS, rows, title=title, note=NOTES[standing] if rows else NONE)


def urgency(number: str, watch: Watch) -> tuple[date, str]:
    """Return what sorts the wait that is a breach first, or has been one for longest, to the top."""
    first = first_wait(watch.pathways[number], watch.today)
    return first[1].breach_on(watch.today) if first else date.max, number


def line_of(number: str, watch: Watch) -> list[Value]:
    """Return the line of a pathway."""
    pathway, read = watch.pathways[number], watch.read[number]
    who: list[Value] = [number, read.patient.nhs_number, specialty_name(read.specialty)]
    event = f"{read.next_event_on:%d/%m/%Y} {read.next_event}".strip() if read.next_event_on else "nothing booked"
    first = first_wait(pathway, watch.today)
    if first is None:
        return [*who, "", None, None, None, None, event, "Nothing: close the pathway if it is over.", ""]
    standard, wait = first
    last_day = wait.last_day(watch.today)
    late = max(0, wait.days(watch.today) - wait.target)
    left = None if late else working_days_left(watch.today, last_day, watch.is_working_day)
    numbers: list[Value] = [standard.value, wait.days(watch.today), last_day, late or None, left]
    return [*who, *numbers, event, next_of(standard, number, watch), other_late(standard, number, watch)]


def next_of(standard: Standard, number: str, watch: Watch) -> str:
    """Say what must happen so that a wait ends."""
    pathway, read = watch.pathways[number], watch.read[number]
    if standard is Standard.FIRST_APPOINTMENT and read.first_missed_on:
        return "Book the first appointment again: it was missed, and the wait goes on."
    if standard in (Standard.OWN_TREATMENT, Standard.TREATMENT) and pathway.decided_on:
        return NEXT[Standard.DECISION]
    done = "" if has_event(pathway, watch.today) else " Nothing is booked."
    return f"{NEXT[standard]}{done}"


def other_late(first: Standard, number: str, watch: Watch) -> str:
    """Name the other waits that are a breach."""
    return "\n".join(
        standard.value
        for standard, wait in waits_of(watch.pathways[number]).items()
        if standard is not first
        and wait.state(watch.today, soon=watch.soon, is_working_day=watch.is_working_day) is State.BREACHED
    )
