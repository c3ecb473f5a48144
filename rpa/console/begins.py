"""When the robot should come to a job, or go on with it, as far as anybody can say."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rpa.clock import local
from rpa.console.visit import Visit
from rpa.definition import Workflow
from rpa.exceptions import NotFoundError
from rpa.gates import SystemState
from rpa.models import Job, Priority
from rpa.pace import rows_ahead, usual_paces
from rpa.runpage.words import uk_time

_SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Begins:
    """When a job should begin; `system` can't be used until then, and without a time a person must decide."""

    about: str = ""
    system: str = ""
    is_under_way: bool = False
    """Whether something was done already, so that it goes on then."""


def begins(visit: Visit, workflow: str, one: Job | None = None, *, is_under_way: bool = False) -> Begins | None:
    """Return when a job of a work should begin, or one that was started now; None where nothing holds it up.

    One that is under way waits for its systems alone.
    """
    now = visit.desk.clock.now()
    held = _held(visit, workflow)
    if held is not None and held.next_opening is None:
        return Begins(system=held.name, is_under_way=is_under_way)
    times = [held.next_opening if held is not None else None, one.not_before if one is not None else None,
             now if is_under_way else now + _until_its_turn(visit, one)]  # fmt: skip
    at = max(time for time in times if time is not None)
    if at - now < _SOON:
        return None
    return Begins(_said(at, now), held.name if held is not None else "", is_under_way)


def unknown_systems(visit: Visit, work: Workflow[Any]) -> list[str]:
    """Return the systems of a work that nobody has registered: its rows would fail, each by itself."""
    known = {each.name for each in visit.desk.systems}
    return [bot.system_name for bot in work.options.uses if bot.system_name not in known]


def robot(visit: Visit) -> dict[str, bool]:
    """Return whether a robot is at work, and whether somebody has paused all machines it runs on."""
    hosts = {at.host for at in visit.desk.workers.at_work() if not at.is_gone}
    return {"is_worked_on": bool(hosts), "is_resting": bool(hosts) and hosts <= visit.desk.machines.pauses().keys()}


def _held(visit: Visit, workflow: str) -> SystemState | None:
    """Return the system of a work that can't be used for longest; one that waits for a person before all."""
    try:
        mine = {bot.system_name for bot in visit.desk.workflows.get(workflow).options.uses}
    except NotFoundError:  # an old job outlives its workflow
        return None
    with visit.desk.database.reading() as connection:
        states = [each for each in visit.desk.gates.states(connection) if each.name in mine and each.why_not]
    return max(states, key=lambda each: (each.next_opening is None, each.next_opening or visit.desk.clock.now()),
               default=None)  # fmt: skip


def _until_its_turn(visit: Visit, one: Job | None) -> timedelta:
    """Return about how long the rows take that come first; nothing where nobody knows how long one of them takes."""
    database = visit.desk.database
    ahead = rows_ahead(database, besides=one.id if one is not None else None,
                       priority=one.priority if one is not None else Priority.NORMAL.number)  # fmt: skip
    if not ahead:
        return timedelta()
    paces = usual_paces(database)
    if any(name not in paces for name in ahead):
        return timedelta()
    slots = sum(each.slot is not None and not each.is_gone for each in visit.desk.workers.at_work())
    return sum((paces[name] * rows for name, rows in ahead.items()), timedelta()) / max(slots, 1)


def _said(at: datetime, now: datetime) -> str:
    return f"{local(at):%H:%M}" if local(at).date() == local(now).date() else uk_time(at)
