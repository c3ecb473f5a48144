"""Reads the record: the entries of a run or of an item, for people and programs that ask what was done."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import Select, func, null, select, tuple_

from rpa.audit.bodies import MOVED, Bodies
from rpa.audit.brought import brings
from rpa.db import Database
from rpa.db.tables import chain, event, item, payload, source_row
from rpa.exceptions import RecordError
from rpa.models import Actor, ActorKind
from rpa.states import ItemState, RowEnd

T = TypeVar("T")
_AT_ONCE = 500
"""Runs or places that are asked for in one statement: a database takes only so many values."""


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
        wanted = _named(_ENTRIES, [run], names) if names else _ENTRIES.where(event.c.run == run)
        return self._read(wanted.order_by(event.c.seq))

    def of_runs(self, runs: Collection[str], names: Collection[str]) -> list[Entry]:
        """Return the entries of these names in all of these runs, in the order it happened."""
        wanted = (_named(_ENTRIES, some, names) for some in _some_of(sorted(runs)))
        return _in_time(self._read(*wanted))

    def last_of_run(self, run: str, *, limit: int, before: int | None = None) -> list[Entry]:
        """Return the newest entries of a run, or the newest of those before an entry."""
        wanted = _ENTRIES.where(event.c.run == run).order_by(event.c.seq.desc()).limit(limit)
        return self._read(wanted if before is None else wanted.where(event.c.seq < before))[::-1]

    def at(self, places: Iterable[tuple[str, int]]) -> list[Entry]:
        """Return the entries of these numbers in these runs, in no order."""
        place = tuple_(event.c.run, event.c.seq)
        return self._read(*(_ENTRIES.where(place.in_(some)) for some in _some_of(list(places))))

    def first(self, run: str, name: str) -> tuple[Entry | None, int]:
        """Return the first entry of a name in a run, and how many there are."""
        found = self._read(_named(_ENTRIES, [run], [name]).order_by(event.c.seq).limit(1))
        counted = _named(select(func.count()).select_from(event), [run], [name])
        with self._database.reading() as connection:
            number = connection.execute(counted).scalar_one()
        return (found[0] if found else None), number

    def of_items(self, item_ids: Collection[int]) -> list[Entry]:
        """Return what was done to these items, and the submissions that brought them, in the order it happened."""
        told = self._read(_ENTRIES.where(event.c.item_id.in_(item_ids)))
        runs = _some_of(sorted({one.run for one in told}))
        came = self._read(*(_named(_BARE, some, ("job.submitted", *_BROUGHT)) for some in runs))
        mine = (_only_of(one, item_ids) for one in (*told, *self._brought(came, item_ids)))
        return _in_time(one for one in mine if one is not None)

    def _brought(self, came: Sequence[Entry], item_ids: Collection[int]) -> list[Entry]:
        """Return the submissions that bring these items, with the rows they tell of: a large job has hundreds of them.

        Those are read whose numbers fit. What was sent again keeps its number, so that it may be in any of its job's.
        """
        likely = {(one.run, one.seq) for one in came if _may_bring(one, item_ids)}
        found = self.at(likely)
        there = {(one.run, each["item"]) for one in found for each in _rows_of(one)}
        rows = select(source_row.c.job_id, source_row.c.item_id).where(source_row.c.item_id.in_(item_ids))
        with self._database.reading() as connection:
            known = connection.execute(rows.where(source_row.c.ended == RowEnd.ITEM).distinct()).all()
        lost = {f"job-{job}" for job, number in known if (f"job-{job}", number) not in there}
        return found + self.at({(one.run, one.seq) for one in came if one.run in lost} - likely)

    def named(self, names: Collection[str]) -> list[Entry]:
        """Return the entries of these names in all runs, in the order it happened."""
        return _in_time(self._read(_ENTRIES.where(event.c.name.in_(names))))

    def all_named(self, name: str, runs: Collection[str]) -> dict[str, list[Entry]]:
        """Return the entries of a name in each of these runs that has one, without what is kept apart of them."""
        found: dict[str, list[Entry]] = {}
        for some in _some_of(sorted(runs)):
            for one in self._read(_named(_BARE, some, [name]).order_by(event.c.run, event.c.seq)):
                found.setdefault(one.run, []).append(one)
        return found

    def last_of_item(self, item_id: int, names: Collection[str], *, limit: int = 50) -> list[Entry]:
        """Return the newest entries of these names about an item, newest first, in whatever run they are."""
        wanted = _ENTRIES.where(event.c.item_id == item_id, event.c.name.in_(names))
        return _in_time(self._read(wanted))[::-1][:limit]

    def last_of_items(self, name: str, item_ids: Collection[int]) -> dict[int, Entry]:
        """Return the newest entry of a name about each of these items that has one."""
        wanted = (
            _ENTRIES.where(event.c.item_id.in_(some), event.c.name == name) for some in _some_of(sorted(item_ids))
        )
        return {one.item_id: one for one in _in_time(self._read(*wanted)) if one.item_id is not None}

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


_BARE: Select[Any] = select(event, null().label("content"))
"""Entries without what is kept apart of them."""
_BROUGHT = ("items.submitted", "items.kept")
_OF_NO_ITEM = ("job.", "items.", "payload.")
"""How the names of entries begin that tell of no item: they are few in a run of any length, and have an index."""


def _named(wanted: Select[Any], runs: Collection[str], names: Collection[str]) -> Select[Any]:
    """Return what finds entries of these names in these runs."""
    found = wanted.where(event.c.name.in_(sorted(names)))
    if not all(one.startswith(_OF_NO_ITEM) for one in names):
        return found.where(event.c.run.in_(runs))
    # SQLite counts nothing before it chooses: were the runs named here, it would read all that is in one of them.
    known = select(chain.c.run).where(chain.c.run.in_(runs))
    return found.where(event.c.item_id.is_(None), event.c.run.in_(known))


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


def _some_of(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[begin : begin + _AT_ONCE] for begin in range(0, len(values), _AT_ONCE))


def _in_time(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (one.at, one.run, one.seq))


def _may_bring(one: Entry, item_ids: Collection[int]) -> bool:
    """Return whether an entry says how some of these items came in, by what it says without its rows."""
    if one.name != "items.submitted":
        return True
    return brings(one.facts, item_ids)


def _rows_of(one: Entry) -> Sequence[dict[str, Any]]:
    told: Sequence[dict[str, Any]] = (one.payload or {}).get("items", ()) if one.name in _BROUGHT else ()
    return told


def _only_of(one: Entry, item_ids: Collection[int]) -> Entry | None:
    """Cut a submission down to the items asked for: the others are other patients' rows."""
    if one.name == "job.submitted":
        return replace(one, payload=None)
    if one.name not in _BROUGHT:
        return one
    mine = [each for each in _rows_of(one) if each["item"] in item_ids]
    return replace(one, payload={"items": mine}) if mine else None
