"""What the robot has done since midnight: how many rows, when the last one, and which worker was at what when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, text

from rpa.clock import local
from rpa.db import Database
from rpa.db.tables import attempt, item, job, worker
from rpa.states import ItemState

MOST_COUNTED = 100_000
"""Attempts that are counted, the newest first: so that a busy day costs no more than that."""
MOST_DRAWN = 2_000
"""Attempts that are put in a timeline, the newest first."""
_MOST_PLANS = 1_000
"""Plans that are looked at for those that were made today, the newest first."""
_IS_PLAN = text("job.dry_run = 1")  # in the words of the partial index, so that it is used
_SAME = timedelta(minutes=2)
"""What a worker may rest between two items of a job, and still be at it."""
_NOBODY = ("a machine that is gone", None)


@dataclass(frozen=True, slots=True)
class Today:
    """What was done since midnight, as a clock on the trust's wall shows it; plans are left out, they write nothing."""

    done: int
    needed_person: int
    tried_again: int
    last_at: datetime | None
    """When the last attempt ended, on whichever day, also one for a plan; None before the first."""
    done_by: Mapping[str, int]
    """Rows done by each slot, by its identity."""

    @property
    def is_all(self) -> bool:
        """Whether all of the day was counted."""
        return self.done + self.needed_person + self.tried_again < MOST_COUNTED


@dataclass(slots=True)
class Stretch:
    """A time in which a slot was at the items of one job."""

    machine: str
    slot: int | None
    job_id: int
    since: datetime
    until: datetime
    items: int = 0
    needed_person: int = 0


@dataclass(slots=True)
class _Ends:
    """How attempts ended, by slot."""

    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    failed: int = 0
    others: int = 0


def midnight(now: datetime) -> datetime:
    """Return when this day began, where the trust is."""
    return local(now).replace(hour=0, minute=0, second=0, microsecond=0)


def today(database: Database, now: datetime) -> Today:
    """Return what was done today."""
    since, ends = midnight(now), _Ends()
    with database.reading() as connection:
        last = connection.execute(select(func.max(attempt.c.ended_at))).scalar_one()
        for slot, ended, number in connection.execute(_counted(since, _plans(connection, since))):
            _count(ends, slot, ended, number)
    return Today(sum(ends.done.values()), ends.failed, ends.others, last, dict(ends.done))


def _plans(connection: Connection, since: datetime) -> list[int]:
    """Return the plans that were not done yet at that moment."""
    newest = select(job.c.id, job.c.completed_at).where(_IS_PLAN).order_by(job.c.id.desc()).limit(_MOST_PLANS)
    return [row.id for row in connection.execute(newest) if row.completed_at is None or row.completed_at >= since]


def _counted(since: datetime, plans: Sequence[int]) -> Any:
    newest = select(attempt.c.worker, attempt.c.ended).where(attempt.c.ended_at >= since)
    if plans:  # else the index alone has the answer
        newest = newest.join(item, item.c.id == attempt.c.item_id).where(item.c.job_id.not_in(plans))
    some = newest.order_by(attempt.c.ended_at.desc()).limit(MOST_COUNTED).subquery()
    return select(some.c.worker, some.c.ended, func.count().label("n")).group_by(some.c.worker, some.c.ended)


def _count(ends: _Ends, slot: str, ended: str, number: int) -> None:
    if ended == ItemState.COMPLETED:
        ends.done[slot] += number
    elif ended == ItemState.FAILED:
        ends.failed += number
    else:
        ends.others += number


def stretches(database: Database, now: datetime) -> list[Stretch]:
    """Return what each slot was at today, oldest first, as far back as the newest attempts go."""
    told = (attempt.c.worker, attempt.c.started_at, attempt.c.ended_at, attempt.c.ended, item.c.job_id)
    newest = select(*told).join(item, item.c.id == attempt.c.item_id).where(attempt.c.ended_at >= midnight(now))
    with database.reading() as connection:
        rows = connection.execute(newest.order_by(attempt.c.ended_at.desc()).limit(MOST_DRAWN)).all()
        who = select(worker.c.id, worker.c.host, worker.c.slot).where(worker.c.id.in_({row.worker for row in rows}))
        slots = {row.id: (row.host, row.slot) for row in connection.execute(who)}
    return _joined(reversed(rows), slots)


def _joined(rows: Iterable[Any], slots: Mapping[str, tuple[str, int | None]]) -> list[Stretch]:
    found, last = list[Stretch](), dict[str, Stretch]()
    for row in rows:
        one = last.get(row.worker)
        if one is None or one.job_id != row.job_id or row.started_at - one.until > _SAME:
            whose = slots.get(row.worker, _NOBODY)
            one = last[row.worker] = Stretch(*whose, row.job_id, row.started_at, row.ended_at)
            found.append(one)
        one.until = row.ended_at
        one.items += 1
        one.needed_person += row.ended == ItemState.FAILED
    return found


def lanes(some: Sequence[Stretch]) -> dict[str, list[Stretch]]:
    """Return the stretches by whose they are, as a person would call it."""
    found: dict[str, list[Stretch]] = defaultdict(list)
    for one in some:
        found[one.machine if one.slot is None else f"{one.machine}, slot {one.slot}"].append(one)
    return dict(sorted(found.items()))
