"""What the robot has done, week by week: rows done and not done, hours of people's work, and how long jobs took."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select

from rpa.audit import Entry, Trail
from rpa.clock import local
from rpa.db import Database
from rpa.db.tables import job
from rpa.definition import Options

MOST_JOBS = 5_000
"""Jobs that are counted, the newest first: so that the figures cost the same however many there are."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A time at which nothing of a job waited any more, and what had come of its rows since the time before."""

    workflow: str
    at: datetime
    done: int
    needed_person: int
    not_used: int
    minutes: float | None
    """How long the job took, from when it was sent; None if rows of it were put back since, so that it took longer."""


@dataclass(slots=True)
class Week:
    """What was done in a week, by the Monday it begins on."""

    monday: date
    done: int = 0
    needed_person: int = 0
    not_used: int = 0
    minutes: list[float] = field(default_factory=list)
    """How long each job took, from when it was sent until nothing of it waited."""

    @property
    def usual_minutes(self) -> float | None:
        """The median of how long a job took; None without any."""
        return median(self.minutes) if self.minutes else None


@dataclass(frozen=True, slots=True)
class Saved:
    """Hours of people's work that the robot did for a workflow, and how that was reckoned."""

    hours: float
    formula: str
    agreed: str
    """Who agreed the minutes and when; empty if nobody is named."""


def ended_jobs(database: Database, *, since: datetime, workflow: str | None = None) -> list[Ended]:
    """Return the ends of jobs since then, of the newest jobs that there are; plans are left out, they write nothing.

    A job whose rows were put back ends once more. A row counts when it came to its end: that it needed a person stays
    true when a person saw to it or it was done since, and a row that a later job did is counted with that job alone.
    """
    columns = (job.c.id, job.c.workflow, job.c.submitted_at, job.c.completed_at)
    newest = select(*columns, job.c.dry_run).order_by(job.c.id.desc()).limit(MOST_JOBS)
    with database.reading() as connection:
        rows = connection.execute(newest).all()
    chosen = [row for row in rows if not row.dry_run and workflow in (None, row.workflow)
              and (row.completed_at is None or row.completed_at >= since)]  # fmt: skip
    told = Trail(database).all_named("job.completed", [f"job-{row.id}" for row in chosen])
    return [one for row in chosen for one in _ends(row, told.get(f"job-{row.id}", ())) if one.at >= since]


def by_week(jobs: Iterable[Ended], *, until: datetime, weeks: int) -> list[Week]:
    """Return the last weeks, oldest first, also those in which nothing was done."""
    last = _monday(until)
    found = {last - timedelta(weeks=back): Week(last - timedelta(weeks=back)) for back in reversed(range(weeks))}
    for one in jobs:
        week = found.get(_monday(one.at))
        if week is not None:
            week.done += one.done
            week.needed_person += one.needed_person
            week.not_used += one.not_used
            week.minutes += [] if one.minutes is None else [one.minutes]
    return list(found.values())


def saved_by(jobs: Collection[Ended], options: Options) -> Saved | None:
    """Return the hours that jobs of one workflow saved; None if nobody has timed it.

    Rows done count with the minutes they take by hand; rows that came back to a person count against it with the
    minutes it takes to put one right.
    """
    by_hand, to_fix = options.minutes_by_hand, options.minutes_to_fix
    if not by_hand:
        return None
    done, back = sum(one.done for one in jobs), sum(one.needed_person for one in jobs)
    formula = f"{done:,} rows done, {by_hand:g} minutes each, less {back:,} sent back, {to_fix:g} minutes each"
    return Saved((done * by_hand - back * to_fix) / 60, formula, options.minutes_agreed)


def by_workflow(jobs: Iterable[Ended]) -> dict[str, Sequence[Ended]]:
    """Return jobs by the workflow they are of."""
    found: dict[str, list[Ended]] = defaultdict(list)
    for one in jobs:
        found[one.workflow].append(one)
    return dict(found)


def _ends(row: Any, told: Sequence[Entry]) -> Iterator[Ended]:
    done = needed_person = 0
    for number, entry in enumerate(told, 1):
        facts, is_last = Counter[str](entry.facts), number == len(told) and row.completed_at is not None
        now_done, now_needed = facts["completed"] - facts["done_later"], _needed_person(facts)
        yield Ended(
            workflow=row.workflow,
            at=entry.at,
            done=max(now_done - done, 0),
            needed_person=max(now_needed - needed_person, 0),
            not_used=_not_used(facts) if number == 1 else 0,  # what is put back had come to an end before
            minutes=(row.completed_at - row.submitted_at).total_seconds() / 60 if is_last else None,
        )
        done, needed_person = now_done, now_needed


def _needed_person(facts: Counter[str]) -> int:
    """Count rows that failed, also where they were seen to before the job ended; what is open was sent again."""
    return sum(facts[name] for name in ("failed", "by_hand", "put_aside", "open", "done_later"))


def _not_used(facts: Counter[str]) -> int:
    """Count rows that came to nothing; those of a results workbook that were not sent again are no new rows."""
    return facts["rejected"] + facts["duplicate"] + facts["cancelled"] - facts["by_hand"] - facts["put_aside"]


def _monday(moment: datetime) -> date:
    day = local(moment).date()
    return day - timedelta(days=day.weekday())
