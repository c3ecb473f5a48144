"""Who read the record, took results or the record away, or opened a kept file, and when."""

from dataclasses import dataclass
from datetime import datetime

from rpa.audit import Entry, Trail
from rpa.db import Database

READ = ("record.read", "record.exported", "results.exported", "list.exported", "evidence.opened")
_DONE = {
    "record.read": "looked at",
    "record.exported": "took away",
    "results.exported": "took away",
    "list.exported": "took away",
    "evidence.opened": "opened",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One time that somebody saw what the record or its evidence holds."""

    at: datetime
    who: str
    done: str
    what: str
    job: int | None
    item: int | None
    subject: str | None
    reason: str | None
    run: str
    entry: int


def readings_in(database: Database, *, begin: datetime | None = None, end: datetime | None = None) -> list[Reading]:
    """Return them newest first: from `begin` on, and before `end`."""
    found = (one for one in Trail(database).named(READ)
             if (begin is None or one.at >= begin) and (end is None or one.at < end))  # fmt: skip
    return [reading_of(one) for one in reversed(list(found))]


def reading_of(one: Entry) -> Reading:
    """Return what an entry says of who saw what."""
    return Reading(
        at=one.at,
        who=one.actor.name,
        done=_DONE[one.name],
        what=_what(one),
        job=int(one.run.removeprefix("job-")) if one.run.startswith("job-") else None,
        item=one.item_id,
        subject=one.subject,
        reason=(one.payload or {}).get("reason") or one.why or None,
        run=one.run,
        entry=one.seq,
    )


def _what(one: Entry) -> str:
    if one.name == "evidence.opened":
        return f"{one.facts.get('kind', 'file')} {str(one.facts.get('sha256', ''))[:12]}"
    by = one.facts.get("by")
    found = f", by {by}" if by and by != "item" else ""  # an item's number stands beside it
    if one.facts.get("entry"):
        found = f", entry {one.facts['entry']}"
    return f"{one.facts.get('what', 'record')}{found}"
