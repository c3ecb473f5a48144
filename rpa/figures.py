"""What the robot has done, week by week: rows done and not done, hours of people's work, and how long jobs took."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import select

from rpa.audit import Trail
from rpa.clock import local
from rpa.db import Database
from rpa.db.tables import job
from rpa.definition import Options
from rpa.states import JobState

MOST_JOBS = 5_000
"""Jobs that are counted, the newest first: so that the figures cost the same however many there are."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that is done, and where its rows are."""

    workflow: str
    submitted_at: datetime
    completed_at: datetime
    done: int
    needed_person: int
    not_used: int


@dataclass(slots=True)
class Week:
    """The jobs that were done in a week, by the Monday it begins on."""

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
    """Return the jobs done since then, of the newest that there are; plans are left out, they write nothing."""
    columns = (job.c.id, job.c.workflow, job.c.submitted_at, job.c.completed_at)
    newest = select(*columns, job.c.state, job.c.dry_run).order_by(job.c.id.desc()).limit(MOST_JOBS)
    with database.reading() as connection:
        rows = [row for row in connection.execute(newest) if row.completed_at is not None]
    chosen = [row for row in rows if row.state == JobState.COMPLETED and not row.dry_run
              and row.completed_at >= since and workflow in (None, row.workflow)]  # fmt: skip
    told = Trail(database).last_named("job.completed", [f"job-{row.id}" for row in chosen])
    return [_ended(row, told[f"job-{row.id}"].facts) for row in chosen if f"job-{row.id}" in told]


def by_week(jobs: Iterable[Ended], *, until: datetime, weeks: int) -> list[Week]:
    """Return the last weeks, oldest first, also those in which nothing was done."""
    last = _monday(until)
    found = {last - timedelta(weeks=back): Week(last - timedelta(weeks=back)) for back in reversed(range(weeks))}
    for one in jobs:
        week = found.get(_monday(one.completed_at))
        if week is not None:
            week.done += one.done
            week.needed_person += one.needed_person
            week.not_used += one.not_used
            week.minutes.append((one.completed_at - one.submitted_at).total_seconds() / 60)
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


def _ended(row: object, facts: dict[str, int]) -> Ended:
    made = {name: getattr(row, name) for name in ("workflow", "submitted_at", "completed_at")}
    aside = sum(facts.get(name, 0) for name in ("rejected", "duplicate", "left_out", "cancelled"))
    return Ended(**made, done=facts.get("completed", 0), needed_person=facts.get("failed", 0), not_used=aside)


def _monday(moment: datetime) -> date:
    day = local(moment).date()
    return day - timedelta(days=day.weekday())
