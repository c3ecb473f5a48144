"""When nothing was done or proved: missed times of schedules, time without a seal, workers that were lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from rpa.audit import Entry, Trail
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.seal_tables import seal
from rpa.db.tables import worker
from rpa.runpage.words import counted

_MISSED = ("schedule.missed", "schedule.failed")
_SILENT = 3
"""Intervals between two seals, beyond which the time in between counts as silent."""


@dataclass(frozen=True, slots=True)
class Gap:
    """From when to when something is missing."""

    kind: str
    begin: datetime
    end: datetime
    said: str


def gaps_in(database: Database, *, seal_every: timedelta, now: datetime) -> list[Gap]:
    """Return every gap, oldest first."""
    found = [*_missed(database), *_without_seal(database, seal_every * _SILENT, now), *_lost(database)]
    return sorted(found, key=lambda one: (one.begin, one.kind))


def _missed(database: Database) -> Iterator[Gap]:
    for one in Trail(database).of_run(SYSTEM_RUN, names=_MISSED):
        begin = datetime.fromisoformat(one.facts["due"])
        end = datetime.fromisoformat(one.facts.get("last") or one.facts["due"])
        times = counted(int(one.facts.get("count", 1)), "time")
        began = "could not start" if one.name == "schedule.failed" else "was not started"
        why = f": {one.why}" if one.why else ""
        yield Gap("schedule", begin, end, f"{one.facts['schedule']} {began} at {times} due{why}")


def _without_seal(database: Database, longest: timedelta, now: datetime) -> Iterator[Gap]:
    before: datetime | None = None
    with database.reading() as connection:
        for at in connection.execute(select(seal.c.sealed_at).order_by(seal.c.tree, seal.c.size)).scalars():
            if before is not None and at - before > longest:
                yield Gap("silence", before, at, f"no seal for {_span(at - before)}")
            before = at
    if before is not None and now - before > longest:
        yield Gap("silence", before, now, f"no seal for {_span(now - before)}, and none since")


def _lost(database: Database) -> Iterator[Gap]:
    with database.reading() as connection:
        seen = {row.id: row.seen_at for row in connection.execute(select(worker.c.id, worker.c.seen_at))}
    for one in Trail(database).of_run(SYSTEM_RUN, names=("worker.lost",)):
        last = seen.get(one.facts["worker"]) or one.at
        yield Gap("worker", min(last, one.at), one.at, _worker(one))


def _worker(one: Entry) -> str:
    which = f"slot {one.facts['slot']}" if one.facts.get("slot") else "a worker"
    return f"{which} on {one.facts.get('host', 'a machine')} stopped without a word; it was noticed at the end"


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    parts = [counted(days, "day") if days else "", counted(hours, "hour") if hours else "",
             counted(minutes, "minute") if minutes else ""]  # fmt: skip
    return " ".join(part for part in parts if part) or counted(seconds, "second")
