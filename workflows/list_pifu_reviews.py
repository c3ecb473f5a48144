"""Lists the PIFU pathways that end soon and that nobody has looked at, and asks each consultant team by a task."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import BaseModel, Field

from rpa import BusinessException, Calendar, Case, Item, Results, Table, workflow
from rpa.bots import PracticePas
from rpa.connectors.spreadsheet import ReportSheet
from workflows._pifu import FOR_A_PERSON, Found, PifuRow, Review, Standing, found_of, standing_of, task_day, task_text
from workflows._pifu_layout import sheets_of

CODES = {
    "NO_MATCH": "The PAS has another patient or another pathway under this referral than the extract says. "
    "Check referral, pathway, NHS number and date of birth in the PAS, correct the extract, and send it again.",
    "STALE": "A pathway has another team, start date or end date in the PAS by now, so no task was made of it. "
    "Take a new extract from the PAS, and send it: the pathway is on it as it is now.",
    "ROWS_DIFFER": "This pathway is in the extract more than once, and its rows say different things. "
    "Find out in the PAS which row is right, take the others out of the extract, and send it again.",
    "NO_SUCH_RECORD": "The PAS has no PIFU pathway with this referral. "
    "Look it up: if the patient is no longer on PIFU, nothing is left to do; else correct the row, and send it again.",
}
SETTLED = {Standing.REVIEWED: "reviewed already", Standing.LATER: "not due yet"}


class Params(BaseModel, extra="forbid", use_attribute_docstrings=True):
    """What a job may be told."""

    days: int = Field(default=42, ge=0, le=366)
    """How many days from now on an end date is listed, the last of them included; past ones always are."""
    today: date | None = None
    """The day to list for, if not the present one."""


# A completed key may come again (no `once`): a visit that was booked may be cancelled, and then somebody must look
# after all. That no task is made twice is seen in the PAS: each task names its pathways with their end dates.
@workflow(title="PIFU reviews due", key=lambda review: review.key, uses=PracticePas, codes=CODES, params=Params,
          timeout="90s", minutes_by_hand=5)  # fmt: skip
def list_pifu_reviews(item: Item[Review], pas: PracticePas) -> str:
    """Ask the consultant team to look at a patient's PIFU pathways before they end, unless that is not needed."""
    review = item.row
    if not review.wants_task:
        raise BusinessException(review.standing)
    made = item.effect(
        f"PIFU review of pathway {review.first.pathway} asked for, if it is needed",
        do=lambda: make_task(pas, review),
        done=lambda: not unasked(look(pas, review)),
    )
    found = look(pas, review)
    wrong = [one for one in found.values() if one in FOR_A_PERSON]
    if wrong:
        raise BusinessException(wrong[0])
    return ending(found, made=made, dry_run=item.dry_run)


@list_pifu_reviews.plan
def plan(pifu: Table[PifuRow], params: Params, today: date, calendar: Calendar) -> Iterable[Case[Review]]:
    """Make one case of the pathways of a patient that a team must look at, and one of every other pathway."""
    day = params.today or today
    due: dict[tuple[str, str], list[PifuRow]] = defaultdict(list)
    for rows in pathways(pifu):
        standing = standing_of(rows[0], day, params.days)
        if not all(row.says_the_same(rows[0]) for row in rows):
            yield Case(Review(standing=Standing.ROWS_DIFFER, rows=tuple(rows), asked_on=day), rows, code="ROWS_DIFFER")
        elif standing in SETTLED:
            alone = Review(standing=standing, rows=(rows[0],), asked_on=day)
            yield Case(alone, rows, outcome=SETTLED[standing])
        else:
            due[rows[0].nhs_number, rows[0].team] += rows
    yield from (case_of(rows, day, calendar) for rows in due.values())


@list_pifu_reviews.report
def report(results: Results[Review]) -> list[ReportSheet]:
    """Make the sheets: summary, one for each consultant team, for a person, rejected rows."""
    return sheets_of(results)


def pathways(pifu: Iterable[PifuRow]) -> Iterator[list[PifuRow]]:
    """Yield the rows of each pathway together."""
    found: dict[str, list[PifuRow]] = defaultdict(list)
    for row in pifu:
        found[row.pathway].append(row)
    yield from found.values()


def case_of(rows: list[PifuRow], day: date, calendar: Calendar) -> Case[Review]:
    """Make the case of a patient's pathways with one team; a row that is there twice is named once in the task."""
    by_end = sorted({row.pathway: row for row in rows}.values(), key=lambda row: (row.ends_on, row.pathway))
    standing = Standing.OVERDUE if by_end[0].ends_on < day else Standing.DUE
    days = tuple(task_day(row.ends_on, day, calendar) for row in by_end)
    return Case(Review(standing=standing, rows=tuple(by_end), asked_on=day, task_days=days), rows)


def look(pas: PracticePas, review: Review) -> dict[PifuRow, Found]:
    """Say what the PAS makes of each pathway at this moment."""
    tasks = pas.tasks(nhs_number=review.first.nhs_number, team=review.first.team)
    return {row: found_of(row, pas.pifu(row.referral), tasks) for row in review.rows}


def unasked(found: dict[PifuRow, Found]) -> list[PifuRow]:
    """Return the pathways that nobody was asked to look at."""
    return [row for row, one in found.items() if one is Found.UNASKED]


def make_task(pas: PracticePas, review: Review) -> None:
    """Ask the team to look at the pathways that still need it, by one task of the one that ends first."""
    rows = unasked(look(pas, review))
    if rows:
        pas.make_task(rows[0].referral, team=rows[0].team, due_on=review.due_day(rows), text=task_text(rows))


def ending(found: dict[PifuRow, Found], *, made: bool, dry_run: bool) -> str:
    """Say in a few words how it ended; pathway by pathway where they ended differently."""
    words = {row: "task made" if made and one is Found.ASKED else str(one) for row, one in found.items()}
    if dry_run:
        words = {row: "a task would be made" if found[row] is Found.UNASKED else said for row, said in words.items()}
    if len(set(words.values())) == 1:
        return next(iter(words.values()))
    return "; ".join(f"{row.pathway}: {said}" for row, said in words.items())
