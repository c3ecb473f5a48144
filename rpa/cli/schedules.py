"""`rpa schedules`: when workflows start by themselves, what became of the last times, and a person's switch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from cyclopts import App, Parameter

from rpa.cli.opening import opened
from rpa.cli.options import ASKED, COMMON, Asked, Common, Why
from rpa.cli.screen import print_json, print_table, say, when
from rpa.desk import Desk
from rpa.models import Job
from rpa.runpage.words import verdict
from rpa.scheduler import Ended, Firing, Pause, Scheduler, make_scheduler
from rpa.schedules import Due, Schedule

_NEXT, _LAST = 5, 5
_WORDS = {Ended.FIRED: "started", Ended.SKIPPED: "left out", Ended.MISSED: "missed", Ended.FAILED: "failed"}

schedules = App(name="schedules", help="List when workflows start by themselves, and pause or resume that.")
Name = Annotated[str, Parameter(name="NAME", help="Name of the schedule, as `rpa schedules` lists it.")]


@dataclass(frozen=True, slots=True)
class _Told:
    """A schedule with what is to be told of it."""

    schedule: Schedule
    pause: Pause | None
    following: list[Due]
    last: list[tuple[Firing, Job | None]]


@schedules.default
def listed(*, options: Common = COMMON) -> None:
    """List the schedules: the next five times of each, and what became of the last, or why nothing did."""
    with opened(options.dir) as desk:
        scheduler = make_scheduler(desk)
        now = desk.leases.shared_now()
        found = [_told(desk, scheduler, one, now) for one in scheduler.schedules]
        if options.json:
            print_json([_document(one) for one in found])
        elif not found:
            say(f"No schedule is set up. Add [schedules.NAME] to rpa.toml in {desk.settings.dir}.")
        else:
            _show(desk, found)


@schedules.command
def pause(schedule: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let a schedule start no job until it is resumed. Jobs that were started go on."""
    with opened(options.dir) as desk:
        make_scheduler(desk).pause(schedule, by=options.person, why=why)
        _tell(schedule, "paused; it starts no job until it is resumed", paused=True, as_json=options.json)


@schedules.command
def resume(schedule: Name, /, *, why: Why, options: Asked = ASKED) -> None:
    """Let a schedule start jobs again. What was due during the pause stays undone."""
    with opened(options.dir) as desk:
        make_scheduler(desk).resume(schedule, by=options.person, why=why)
        _tell(schedule, "resumed; what was due during the pause stays undone", paused=False, as_json=options.json)


def _tell(schedule: str, sentence: str, *, paused: bool, as_json: bool) -> None:
    if as_json:
        print_json({"schedule": schedule, "paused": paused})
    else:
        say(f"Schedule {schedule} is {sentence}.")


def _told(desk: Desk, scheduler: Scheduler, one: Schedule, now: datetime) -> _Told:
    last = [(each, desk.views.job(each.job_id) if each.job_id is not None else None)
            for each in scheduler.firings.latest(one.name, _LAST)]  # fmt: skip
    return _Told(one, scheduler.pauses.of(one.name), one.next_times(now, _NEXT), last)


def _show(desk: Desk, found: Iterable[_Told]) -> None:
    rows = [(one.schedule.name, one.schedule.asked.workflow, one.schedule.said, _following(one)) for one in found]
    print_table(("Schedule", "Workflow", "When", "Next times"), rows)
    last = [(one.schedule.name, when(firing.due_at), _WORDS[firing.ended], _result(desk, firing, job))
            for one in found for firing, job in one.last]  # fmt: skip
    if last:
        say("")
        print_table(("Schedule", "Was due", "Ended", "What came of it"), last)
    if all(one.is_gone for one in desk.workers.at_work()):
        say("")
        say("No worker is running, and nothing starts by itself until one is. Start one with `rpa work`.")


def _following(one: _Told) -> str:
    times = "\n".join(_time(due) for due in one.following) or "never again"
    return f"{one.pause}, since {when(one.pause.paused_at)}\n{times}" if one.pause else times


def _time(due: Due) -> str:
    if due.moved_from is None:
        return when(due.at)
    day = when(due.moved_from).partition(",")[0]
    return f"{when(due.at)} (moved from {day}, {due.closed})"


def _result(desk: Desk, firing: Firing, job: Job | None) -> str:
    if job is None:
        return firing.why or ""
    return f"job {job.id}: {verdict(desk.views.totals(job.id), dry_run=job.dry_run)}"


def _document(one: _Told) -> dict[str, Any]:
    return {
        "name": one.schedule.name,
        "workflow": one.schedule.asked.workflow,
        "rule": one.schedule.said,
        "zone": one.schedule.zone.key,
        "paused": one.pause,
        "next": [{"at": due.at, "moved_from": due.moved_from, "why": due.closed} for due in one.following],
        "last": [
            {"due_at": firing.due_at, "ended": firing.ended, "why": firing.why, "job": firing.job_id,
             "job_state": job.state if job else None, "decided_at": firing.decided_at}
            for firing, job in one.last
        ],
    }  # fmt: skip
