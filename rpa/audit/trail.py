"""Reads the record: the entries of a run or of an item, for people and programs that ask what was done."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func, select, tuple_

from rpa.audit.bodies import MOVED, Bodies
from rpa.db import Database
from rpa.db.tables import chain, event, item, payload
from rpa.exceptions import RecordError
from rpa.models import Actor, ActorKind
from rpa.states import ItemState

_AT_ONCE = 500
"""Runs that are asked for in one statement: a database takes only so many values."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the record as it was written; `payload` is None when it has none or was erased."""

    run: str
    seq: int
    name: str
    at: datetime
    actor: Actor
    item_id: int | None
    attempt: int | None
    subject: str | None
    facts: dict[str, Any]
    payload: dict[str, Any] | None
    hash: str

    @property
    def why(self) -> str:
        """The reason: a person's own words are in the payload, for they can name somebody; the library's are facts."""
        return str((self.payload or {}).get("why") or self.facts.get("why") or "")


class Trail:
    """The entries of the record, oldest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_run(self, run: str, *, names: Collection[str] = ()) -> list[Entry]:
        """Return the entries of a run (`job-7`, or `system`): all of them, or those of these names."""
        wanted = _ENTRIES.where(event.c.run == run).order_by(event.c.seq)
        return self._read(wanted.where(event.c.name.in_(names)) if names else wanted)

    def last_of_run(self, run: str, *, limit: int, before: int | None = None) -> list[Entry]:
        """Return the newest entries of a run, or the newest of those before an entry."""
        wanted = _ENTRIES.where(event.c.run == run).order_by(event.c.seq.desc()).limit(limit)
        return self._read(wanted if before is None else wanted.where(event.c.seq < before))[::-1]

    def at(self, places: Iterable[tuple[str, int]]) -> list[Entry]:
        """Return the entries of these numbers in these runs, in no order."""
        return self._read(_ENTRIES.where(tuple_(event.c.run, event.c.seq).in_(list(places))))

    def first(self, run: str, name: str) -> tuple[Entry | None, int]:
        """Return the first entry of a name in a run, and how many there are."""
        same = (event.c.run == run) & (event.c.name == name)
        found = self._read(_ENTRIES.where(same).order_by(event.c.seq).limit(1))
        with self._database.reading() as connection:
            number = connection.execute(select(func.count()).select_from(event).where(same)).scalar_one()
        return (found[0] if found else None), number

    def of_items(self, item_ids: Collection[int]) -> list[Entry]:
        """Return what was done to these items, and the submissions that brought them, in the order it happened."""
        runs = select(event.c.run).where(event.c.item_id.in_(item_ids)).distinct()
        brought = event.c.name.in_(("job.submitted", "items.submitted", "items.kept")) & event.c.run.in_(runs)
        found = self._read(
            _ENTRIES.where(event.c.item_id.in_(item_ids)), _ENTRIES.where(event.c.item_id.is_(None), brought)
        )
        mine = (_only_of(one, item_ids) for one in found)
        return _in_time(one for one in mine if one is not None)

    def named(self, names: Collection[str]) -> list[Entry]:
        """Return the entries of these names in all runs, in the order it happened."""
        return _in_time(self._read(_ENTRIES.where(event.c.name.in_(names))))

    def last_named(self, name: str, runs: Collection[str]) -> dict[str, Entry]:
        """Return the newest entry of a name in each of these runs that has one."""
        found: dict[str, Entry] = {}
        wanted = sorted(runs)
        for begin in range(0, len(wanted), _AT_ONCE):
            same = (event.c.name == name) & event.c.run.in_(wanted[begin : begin + _AT_ONCE])
            found |= {one.run: one for one in self._read(_ENTRIES.where(same).order_by(event.c.run, event.c.seq))}
        return found

    def last_of_item(self, item_id: int, names: Collection[str], *, limit: int = 50) -> list[Entry]:
        """Return the newest entries of these names about an item, newest first, in whatever run they are."""
        wanted = _ENTRIES.where(event.c.item_id == item_id, event.c.name.in_(names))
        return _in_time(self._read(wanted))[::-1][:limit]

    def latest(self, limit: int) -> list[Entry]:
        """Return the newest entries of all runs."""
        # Entries have no order across runs but their time, which is inside the body: the newest of each run will do.
        with self._database.reading() as connection:
            heads = connection.execute(select(chain.c.run, chain.c.size)).all()
        wanted = ((event.c.run == run) & (event.c.seq > size - limit) for run, size in heads)
        return _in_time(one for each in wanted for one in self._read(_ENTRIES.where(each)))[-limit:]

    def head(self, run: str) -> str | None:
        """Return the hash of the newest entry of a run, which stands for everything in it."""
        with self._database.reading() as connection:
            found = connection.execute(select(chain.c.head).where(chain.c.run == run)).scalar()
        return None if found is None else bytes(found).hex()

    def begun_only(self) -> list[tuple[str, int]]:
        """Return run and item of each write that has no ending although nobody works on its item any more."""
        working = select(item.c.id).where(item.c.state.in_((ItemState.PENDING, ItemState.RUNNING)))
        # What was moved to the file of a year had an ending before.
        written = (event.c.name.like("change.%") | event.c.name.like("effect.%")) & (event.c.body != MOVED)
        entries = select(event.c.run, event.c.name, event.c.item_id, event.c.body).where(written)
        begun: dict[tuple[str, int], int] = {}
        with self._database.reading() as connection:
            still = set(connection.execute(working).scalars())
            for row in connection.execute(entries.order_by(event.c.run, event.c.seq)):
                write = (row.run, orjson.loads(bytes(row.body))["facts"]["effect"])
                if row.name.endswith(".intended"):
                    begun[write] = row.item_id
                else:
                    begun.pop(write, None)
        return sorted({(run, item_id) for (run, _), item_id in begun.items() if item_id not in still})

    def _read(self, *wanted: Select[Any]) -> list[Entry]:
        with self._database.reading() as connection:
            bodies = Bodies(connection)
            return [_entry_or_refusal(row, bodies) for one in wanted for row in connection.execute(one)]


_ENTRIES: Select[Any] = select(event, payload.c.content).select_from(
    event.outerjoin(payload, (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq))
)


def _entry_or_refusal(row: Any, bodies: Bodies) -> Entry:
    try:
        return _entry(row, bodies)
    except (ValueError, TypeError, KeyError):
        raise RecordError(
            f"entry {row.seq:,} of {row.run.replace('-', ' ')} can't be read, expected what was written: it was "
            "changed since; run `rpa audit verify` and keep the database as it is"
        ) from None


def _entry(row: Any, bodies: Bodies) -> Entry:
    body = orjson.loads(bodies.of(row))
    return Entry(
        run=row.run,
        seq=row.seq,
        name=row.name,
        at=datetime.fromisoformat(body["at"]),
        actor=Actor(ActorKind(body["actor"]["kind"]), body["actor"]["name"]),
        item_id=row.item_id,
        attempt=body.get("attempt"),
        subject=body.get("subject"),
        facts=body.get("facts", {}),
        payload=None if row.content is None else orjson.loads(bytes(row.content)),
        hash=bytes(row.hash).hex(),
    )


def _in_time(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (one.at, one.run, one.seq))


def _only_of(one: Entry, item_ids: Collection[int]) -> Entry | None:
    """Cut a submission down to the items asked for: the others are other patients' rows."""
    if one.name == "job.submitted":
        return replace(one, payload=None)
    if one.name not in ("items.submitted", "items.kept"):
        return one
    told: Sequence[dict[str, Any]] = (one.payload or {}).get("items", ())
    mine = [each for each in told if each["item"] in item_ids]
    return replace(one, payload={"items": mine}) if mine else None
