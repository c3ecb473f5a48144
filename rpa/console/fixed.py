"""What is known of a case beside its row: who else looks at it, who saw to it, and what the robot had written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from rpa.audit import Entry, Trail, who
from rpa.console.needing import waiting
from rpa.console.seeing import names_seen
from rpa.console.visit import Visit
from rpa.db import Database
from rpa.db.tables import source_row
from rpa.desk import Desk
from rpa.models import ActorKind, Effect, RowRef, WorkItem
from rpa.runpage.words import field_name, shown
from rpa.states import EffectState, RowEnd
from rpa.taking import TAKEN, deed_of

_OPEN_FOR = timedelta(minutes=15)
"""So long ago somebody may have opened a case and still be at it."""
_SENT_BACK = {"item.retried": "sent it back to the robot", "item.corrected": "corrected it and sent it back"}
_SEEN_TO = (*_SENT_BACK, TAKEN)
_DONE = (EffectState.MADE, EffectState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class SeenTo:
    """Who saw to a case, how and when."""

    who: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody else who opened a case a little while ago."""

    who: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Writes:
    """What the robot wrote for a case before it stopped."""

    done: Sequence[Effect]
    doubtful: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class Place:
    """Which of the cases of the same kind a case is."""

    number: int
    count: int


class Looks:
    """Reads from the record who had to do with a case; that is where it stands already."""

    def __init__(self, desk: Desk, one: WorkItem) -> None:
        self._now = desk.clock.now()
        self._entries = Trail(desk.database).last_of_item(one.id, ("record.read", *_SEEN_TO))

    def others(self, me: str) -> list[Opened]:
        """Return who else opened the case a little while ago and has not seen to it, the last first."""
        opened: dict[str, Opened] = {}
        for one in self._entries:
            if one.name in _SEEN_TO:
                break
            name, ago = one.actor.name, self._now - one.at
            if one.facts.get("what") == "case" and name != me and ago < _OPEN_FOR:
                opened.setdefault(name, Opened(name, int(ago.total_seconds() // 60)))
        return list(opened.values())

    def seen_to(self) -> SeenTo | None:
        """Return who saw to the case the last time; None if nobody did."""
        found = next((one for one in self._entries if one.name in _SEEN_TO and _is_person(one)), None)
        return None if found is None else SeenTo(who(found), _how(found), found.at)


def _how(one: Entry) -> str:
    return deed_of(one) if one.name == TAKEN else _SENT_BACK[one.name]


def _is_person(one: Entry) -> bool:
    return one.actor.kind is ActorKind.PERSON


def next_of(visit: Visit, one: WorkItem) -> int | None:
    """Return the case after this one that waits for the same reason; None behind the last."""
    same = _same(visit, one)
    return next((each for each in same if each > one.id), next((each for each in same if each != one.id), None))


def place_of(visit: Visit, one: WorkItem) -> Place | None:
    """Return which of its kind a case is; None where there are too many to tell."""
    same = _same(visit, one)
    return Place(same.index(one.id) + 1, len(same)) if one.id in same else None


def _same(visit: Visit, one: WorkItem) -> list[int]:
    cases = waiting(visit.desk.database, names_seen(visit))
    return [each.id for each in cases if (each.workflow, each.code) == (one.workflow, one.code)]


def differences_of(desk: Desk, one: WorkItem) -> list[tuple[str, str, str]]:
    """Return each field that the robot found otherwise than expected: its name, what was expected, what was found."""
    found = Trail(desk.database).last_of_item(one.id, ("item.differed",), limit=1)
    if not found or not found[0].payload or found[0].attempt != one.attempts:
        return []
    said = found[0].payload
    expected, seen = said.get("before") or {}, said.get("found") or {}
    return [(field_name(name), shown(expected.get(name)), shown(seen.get(name)))
            for name in found[0].facts.get("fields", ())]  # fmt: skip


def writes_of(desk: Desk, one: WorkItem) -> Writes:
    """Return what the robot wrote for a case."""
    effects = desk.views.effects_of_item(one.id)
    done = [each for each in effects if each.state in _DONE]
    return Writes(done, [each for each in effects if each.state is EffectState.IN_DOUBT])


def places_of(database: Database, one: WorkItem) -> list[RowRef]:
    """Return where the rows of a case stand in what was sent."""
    place = (source_row.c.input, source_row.c.sheet, source_row.c.row)
    mine = (source_row.c.item_id == one.id) & (source_row.c.ended == RowEnd.ITEM)
    wanted = select(*place).where(mine, source_row.c.job_id == one.job_id).order_by(*place)
    with database.reading() as connection:
        return [RowRef(*row) for row in connection.execute(wanted)]
