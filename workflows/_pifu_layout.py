"""How the PIFU reviews are shown: each consultant team has a sheet of its own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from rpa import Layout, Results, case_sheets
from rpa.connectors.spreadsheet import ReportColumn, ReportRow, ReportSheet, Tint, Value
from workflows._pifu import PifuRow, Review

COLUMNS = (
    ReportColumn("PIFU end date", 14),
    ReportColumn("Ends", 20),
    ReportColumn("Pathway", 15),
    ReportColumn("NHS number", 14),
    ReportColumn("Date of birth", 14),
    ReportColumn("Referral", 12),
    ReportColumn("PIFU start date", 14),
    ReportColumn("Task due", 14),
    ReportColumn("Outcome", 15),
    ReportColumn("What happened", 44),
)
TASK_STATES = ("made", "confirmed", "planned")
"""How a task that was made is recorded; in a dry run one is only planned."""
FRESH = ("Task made.", "A task would be made.")
"""What is said where this very list made a task."""
NOTE = "Every pathway of this team that must be looked at, the one that ends first at the top. Overdue ones are shaded."


def sheets_of(results: Results[Review]) -> list[ReportSheet]:
    """Return the sheets: the teams' own stand in place of what was put right, since nothing is put right here."""
    summary, _, *others = case_sheets(results, LAYOUT)
    columns, rows = summary.table()
    place = [column.heading for column in columns].index("Class")
    lines = [in_words(row, place, results.codes) for row in rows]
    summary = replace(summary, rows=lines, facts=[*summary.facts, *tasks_told(results)])
    return [summary, *team_sheets(results), *others]


def in_words(line: ReportRow, place: int, codes: Mapping[str, str]) -> ReportRow:
    """Say in the summary what happened to a class of rows, where the class (in column `place`) is a code."""
    cells = list(line.cells)
    happened, _, _ = codes.get(str(cells[place]), "").partition(". ")
    cells[place] = f"{happened}." if happened else cells[place]
    return replace(line, cells=cells)


def tasks_told(results: Results[Review]) -> list[tuple[str, str]]:
    """Say what day the list is for, and how many tasks were made."""
    days = {case.row.asked_on for case in results.cases}
    written = {effect.item_id for effect in results.effects if effect.state in TASK_STATES}
    # What was reviewed while the robot tried counts as written, too: nothing is left to ask for.
    count = sum(
        case.item.id in written and bool(case.item.code or fresh_rows(case.row, case.what_happened))
        for case in results.cases
    )
    return [
        *(("Listed for", f"{day:%d/%m/%Y}") for day in sorted(days)),
        ("Tasks", f"{count} would be made" if results.only_planned else f"{count} made"),
    ]


def team_sheets(results: Results[Review]) -> list[ReportSheet]:
    """Return a sheet for each team, by name."""
    lines = sorted(team_lines(results), key=lambda line: line[:3])
    teams = dict.fromkeys(team for team, *_ in lines)
    dry_run = ", dry run: no task was made" if results.only_planned else ""
    return [
        ReportSheet(team, COLUMNS, [row for its, *_, row in lines if its == team], title=f"{team}{dry_run}", note=NOTE)
        for team in teams
    ]


def team_lines(results: Results[Review]) -> list[tuple[str, date, str, ReportRow]]:
    """Return a line for each pathway that must be looked at, with what it is sorted by."""
    return [
        (row.team, row.ends_on, row.pathway, team_line(row, case.row, case.end, case.what_happened))
        for case in results.cases
        if case.row.wants_task
        for row in case.row.rows
    ]


def team_line(row: PifuRow, review: Review, end: str, what_happened: str) -> ReportRow:
    """Return the line of one pathway; a task of an earlier list has its due date in the PAS."""
    said = of_pathway(row, what_happened)
    fresh = fresh_rows(review, what_happened)
    due = review.due_day(fresh) if row in fresh else None
    who: list[Value] = [row.pathway, row.nhs_number, row.date_of_birth, row.referral, row.starts_on]
    cells = [row.ends_on, ends_in(row, review.asked_on), *who, due, end, said]
    return ReportRow(cells, Tint.ATTENTION if row.ends_on < review.asked_on else Tint.NONE)


def fresh_rows(review: Review, what_happened: str) -> list[PifuRow]:
    """Return the pathways that this very list made a task of."""
    return [row for row in review.rows if of_pathway(row, what_happened) in FRESH]


def of_pathway(row: PifuRow, what_happened: str) -> str:
    """Return what is said of one pathway where a case tells of several."""
    parts = dict(part.split(": ", 1) for part in what_happened.rstrip(".").split("; ") if ": " in part)
    said = parts.get(row.pathway)
    return f"{said[:1].upper()}{said[1:]}." if said else what_happened


def ends_in(row: PifuRow, today: date) -> str:
    """Say in a few words how near the end date is."""
    days = (row.ends_on - today).days
    if days == 0:
        return "today"
    number = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"OVERDUE by {number}" if days < 0 else f"in {number}"


def each(rows: tuple[PifuRow, ...], name: str) -> str:
    """Put what several pathways have in one column below each other, once where they agree."""
    texts = (f"{value:%d/%m/%Y}" if isinstance(value := getattr(row, name), date) else value for row in rows)
    return "\n".join(dict.fromkeys(texts))


LAYOUT: Layout[Review] = Layout(
    kind=lambda review: review.standing.value,
    known_by={"Pathway": lambda review: each(review.rows, "pathway")},
    columns={
        "Consultant team": lambda review, _: each(review.rows, "team"),
        "PIFU end date": lambda review, _: each(review.rows, "ends_on"),
        "Pathway": lambda review, _: each(review.rows, "pathway"),
        "NHS number": lambda review, _: each(review.rows, "nhs_number"),
        "Referral": lambda review, _: each(review.rows, "referral"),
    },
    order=lambda review, _: review.first.ends_on,
)
