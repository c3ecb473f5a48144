"""Schedules: when workflows start by themselves, what became of the last times, and a person's switch for each."""

from dataclasses import dataclass

from starlette.responses import Response

from rpa.console.begins import robot
from rpa.console.starting import in_words
from rpa.console.visit import Visit
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Job
from rpa.runpage.words import verdict
from rpa.scheduler import Ended, Firing, Pause, Scheduler, make_scheduler
from rpa.schedules import Due, Schedule

_NEXT, _LAST = 5, 10
WORDS = {Ended.FIRED: "Started", Ended.SKIPPED: "Left out", Ended.MISSED: "Missed", Ended.FAILED: "Failed"}


@dataclass(frozen=True, slots=True)
class Past:
    """A time that was due, and what came of it."""

    firing: Firing
    word: str
    said: str


@dataclass(frozen=True, slots=True)
class Told:
    """A schedule with what is to be told of it."""

    schedule: Schedule
    title: str
    pause: Pause | None
    following: list[Due]
    last: list[Past]


def schedules(visit: Visit) -> Response:
    """List the schedules."""
    scheduler = make_scheduler(visit.desk)
    found = [_told(visit, scheduler, one, last=1) for one in scheduler.schedules]
    return visit.show("schedules.html", schedules=found, **robot(visit))


def schedule(visit: Visit) -> Response:
    """Show one schedule, and what can be done."""
    return _shown(visit, {})


def change(visit: Visit) -> Response:
    """Let a schedule start nothing, or start again."""
    scheduler, why, way = make_scheduler(visit.desk), visit.text("why"), visit.text("way")
    name = _named(visit, scheduler).name
    if not why or way not in ("pause", "resume"):
        return _shown(visit, {"why": "Enter why, for the record"})
    switch = scheduler.pause if way == "pause" else scheduler.resume
    try:
        switch(name, by=visit.person.actor, why=why)
    except UsageError as error:
        return _shown(visit, {"why": in_words(error)})
    return visit.go(f"/schedules/{name}", said="schedule-paused" if way == "pause" else "schedule-resumed")


def _shown(visit: Visit, errors: dict[str, str]) -> Response:
    scheduler = make_scheduler(visit.desk)
    one = _told(visit, scheduler, _named(visit, scheduler), last=_LAST)
    return visit.show("schedule.html", status=422 if errors else 200, errors=errors, one=one, why=visit.text("why"),
                      **robot(visit))  # fmt: skip


def _named(visit: Visit, scheduler: Scheduler) -> Schedule:
    name = visit.request.path_params["schedule"]
    found = next((one for one in scheduler.schedules if one.name == name), None)
    if found is None:
        raise NotFoundError("there is no schedule of that name")
    return found


def _told(visit: Visit, scheduler: Scheduler, one: Schedule, *, last: int) -> Told:
    titles = {each.name: each.options.title for each in visit.desk.workflows}
    now = visit.desk.leases.shared_now()
    past = [_past(visit, each) for each in scheduler.firings.latest(one.name, last)]
    workflow = one.asked.workflow
    pause = scheduler.pauses.of(one.name)
    return Told(one, titles.get(workflow, workflow), pause, one.next_times(now, _NEXT), past)


def _past(visit: Visit, firing: Firing) -> Past:
    job = _job(visit, firing)
    said = firing.why or "" if job is None else verdict(visit.desk.views.totals(job.id), dry_run=job.dry_run)
    return Past(firing, WORDS[firing.ended], said)


def _job(visit: Visit, firing: Firing) -> Job | None:
    return None if firing.job_id is None else visit.desk.views.job(firing.job_id)
