"""Now: what the digital team looks at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from rpa.alarms import Alarm, AlarmKind, latest_alarms
from rpa.console.navigation import ADMINS
from rpa.console.operating.systems import TROUBLE, state_of_systems
from rpa.console.operating.timeline import LANE, WIDTH, sentence, timeline
from rpa.console.operating.words import Told, told_all
from rpa.console.operating.workers import Seen, seen_workers
from rpa.console.visit import Visit
from rpa.health import disk_of
from rpa.machines import MachinePause
from rpa.states import Failure
from rpa.today import Today, lanes, stretches, today

_ALARMS_OF = timedelta(days=1)
_MOST = 10
_WHOM_TO_CALL: Mapping[AlarmKind, str] = {
    AlarmKind.RECORD_BROKEN: "Keep the database as it is, and call an admin and an auditor.",
    AlarmKind.RECORD_UNSEALED: "Call an admin: Health says what to do.",
}
"""What is told on Health, by what somebody is to do who can't open that."""


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that somebody should look at, and where."""

    said: str
    href: str
    """Where; empty if none of his pages tells more."""
    more: str = ""
    """What can be done about it; empty where its page says so."""


@dataclass(frozen=True, slots=True)
class First:
    """What is looked at first: trouble, causes with the most rows, how much waits, and what was done today."""

    attention: Sequence[Attention]
    causes: Sequence[Told]
    more: Sequence[Told]
    others: int
    """Rows that wait for a person because of the data or a rule."""
    waiting: int
    today: Today
    workers: Sequence[Seen]


def now(visit: Visit) -> Response:
    """Show what is silent, paused or missed, the largest problems, what was done today, and who works."""
    first = first_of(visit)
    return visit.show("now.html", first=first, workers=first.workers, **_day(visit))


def first_of(visit: Visit) -> First:
    """Return what is looked at first, on Now and on Home."""
    desk = visit.desk
    done = today(desk.database, desk.clock.now())
    workers = seen_workers(visit, done)
    causes = told_all(visit, desk.lists.causes(failures=(Failure.SYSTEM, Failure.IN_DOUBT)))
    others = sum(one.items for one in desk.lists.causes(failures=[Failure.BUSINESS]))
    return First(_attention(visit, workers), causes[:_MOST], causes[_MOST:], others, desk.views.open_items(), done,
                 workers)  # fmt: skip


def _day(visit: Visit) -> dict[str, Any]:
    """Return what the timeline shows; the newest stretches of all of them for its table."""
    found = stretches(visit.desk.database, visit.desk.clock.now())
    by_slot = lanes(found)
    return {"timeline": timeline(by_slot), "timeline_said": sentence(by_slot), "stretches": found[: -_MOST * 3 : -1],
            "width": WIDTH, "lane": LANE, "more_stretches": len(found) > _MOST * 3}  # fmt: skip


def _attention(visit: Visit, workers: Sequence[Seen]) -> list[Attention]:
    found = [Attention(f"{one.name} has given no sign of life since {one.since}", "/workers")
             for one in workers if one.state == "silent"]  # fmt: skip
    if not any(one.state != "silent" for one in workers):
        found.append(Attention("No worker is running", "/workers", "Start one with `rpa work`."))
    found += [Attention(f"The machine {host} is {one}", f"/workers/{host}")
              for host, one in _paused(visit).items()]  # fmt: skip
    found += [Attention(f"The workflow {name} is {one}", f"/workflows/{name}")
              for name, one in visit.desk.workflow_pauses.all().items()]  # fmt: skip
    found += [Attention(f"{one.name} is {one.why_not}", f"/systems/{one.name}")
              for one in state_of_systems(visit) if one.standing in TROUBLE]  # fmt: skip
    found += [_of_alarm(visit, one) for one in _recent(visit)]
    disk = disk_of(visit.desk.settings.dir)
    return found if disk.is_well else [Attention(disk.found, "/now"), *found]


def _of_alarm(visit: Visit, one: Alarm) -> Attention:
    """Return what an alarm says: first what happened, which leads to its page, then what to do."""
    said, _, more = one.text.partition(". ")
    href = _page_of(visit, one)
    return Attention(said.rstrip("."), href, more if href else _WHOM_TO_CALL.get(one.kind, more))


def _page_of(visit: Visit, one: Alarm) -> str:
    """Return where that is looked into which an alarm is about; nothing where he may open no page that tells of it."""
    if one.kind is AlarmKind.SCHEDULE_MISSED:  # one that is not set any more has no page
        return f"/schedules/{one.subject}" if one.subject in visit.desk.settings.schedules else "/schedules"
    if one.kind is AlarmKind.DEADLINE_AT_RISK:
        return f"/jobs/{one.subject}"
    return "/health" if one.kind in _WHOM_TO_CALL and visit.person.may(ADMINS) else ""


def _paused(visit: Visit) -> Mapping[str, MachinePause]:
    return visit.desk.machines.pauses()


def _recent(visit: Visit) -> list[Alarm]:
    """Return the alarms of a day that no other line tells of already."""
    since = visit.desk.clock.now() - _ALARMS_OF
    with visit.desk.database.reading() as connection:
        found = latest_alarms(connection, limit=_MOST * 5)
    told_elsewhere = ("needs_person", "worker_silent", "breaker_opened", "sign_in_refused")
    return [one for one in found if one.last_at >= since and one.kind not in told_elsewhere][:_MOST]
