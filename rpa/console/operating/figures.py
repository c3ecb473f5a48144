"""Figures: what the robot has done week by week, what it saved and how that is reckoned, and how long jobs took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from rpa.console.operating.charts import HEIGHT, WIDTH, bars
from rpa.console.visit import Visit
from rpa.definition import Options
from rpa.exceptions import NotFoundError
from rpa.figures import MOST_JOBS, Ended, Saved, Week, by_week, by_workflow, ended_jobs, saved_by

_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """What one workflow did in all these weeks."""

    title: str
    done: int
    needed_person: int
    saved: Saved | None


def figures(visit: Visit) -> Response:
    """Show the last twelve weeks, of all workflows or of the one in the address."""
    now = visit.desk.clock.now()
    jobs = ended_jobs(
        visit.desk.database, since=now - timedelta(weeks=_WEEKS), workflow=visit.asked("workflow") or None
    )
    weeks = by_week(jobs, until=now, weeks=_WEEKS)
    titles = {one.name: one.options.title for one in visit.desk.workflows}
    return visit.show("figures.html", weeks=weeks, bars=_bars(weeks), lines=_lines(visit, jobs), titles=titles,
                      workflow=visit.asked("workflow"), most=MOST_JOBS, height=HEIGHT, width=WIDTH)  # fmt: skip


def _bars(weeks: Sequence[Week]) -> object:
    return bars([
        (f"{one.monday.day} {one.monday:%b}",
         [("done", "✓", one.done), ("person", "!", one.needed_person), ("aside", "✕", one.not_used)])
        for one in weeks
    ])  # fmt: skip


def _lines(visit: Visit, jobs: Sequence[Ended]) -> list[Line]:
    return [_line(visit, name, mine) for name, mine in sorted(by_workflow(jobs).items())]


def _line(visit: Visit, name: str, jobs: Sequence[Ended]) -> Line:
    options = _options(visit, name)
    done, back = sum(one.done for one in jobs), sum(one.needed_person for one in jobs)
    if options is None:  # what was done outlives its workflow
        return Line(name, done, back, None)
    return Line(options.title, done, back, saved_by(jobs, options))


def _options(visit: Visit, name: str) -> Options | None:
    try:
        return visit.desk.workflows.get(name).options
    except NotFoundError:
        return None
