"""Looks through the record: by person, kind, time, job, workflow and words; a page at a time, and never all of it.

Each page begins where the last one ended and is found by an index. Where what is looked for is rare, a page ends after
so many entries without being full; whoever looks goes on from there.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import chain, islice, repeat
from typing import Any

from sqlalchemy import Connection, select, tuple_

from rpa.answers.postings import ANY, Place, of_name, of_person
from rpa.audit import Entry, Trail
from rpa.db import Database
from rpa.db.audit_tables import posting
from rpa.db.seal_tables import leaf, seal

PAGE, MOST = 50, 1_000
_FIRST, _CHUNK = 64, 469
"""Entries that are read at a time: those of a page at first, and twice what makes all that are looked at."""
_LONGEST = timedelta(minutes=5)
"""An entry is sealed later than it was written, by no more than the longest transaction."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is not said does not matter."""

    person: str = ""
    names: Collection[str] = ()
    """Kinds of entries, such as `change.made`."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment after it."""
    runs: Sequence[str] | None = None
    """The runs that are looked through, in this order; None for all, in the order of time."""
    fits: Callable[[Entry], bool] = bool
    """Whatever else must be true of an entry."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of entries, newest first, and where the next begins; nothing where there is no more."""

    entries: Sequence[Entry]
    following: str
    looked_back_to: datetime | None
    """The oldest entry that was looked at."""


def find(database: Database, sought: Sought, *, after: str = "", limit: int = PAGE, most: int = MOST) -> Found:
    """Return a page of the entries that are looked for, from behind a place on."""
    through = _by_time(database, sought, after) if sought.runs is None else _by_run(database, sought, after)
    kept: list[Entry] = []
    last, mark = None, ""
    for number, (place, one) in enumerate(through, 1):
        last, mark = one.at, place
        if _is_sought(one, sought):
            kept.append(one)
        if len(kept) == limit or number == most:
            return Found(_newest_first(kept), mark if next(through, None) else "", last)
    return Found(_newest_first(kept), "", last)


def _newest_first(entries: list[Entry]) -> list[Entry]:
    """Return a page in the order of time: what was sealed together stands by its run among the leaves."""
    return sorted(entries, key=lambda one: (one.at, one.run, one.seq), reverse=True)


def _is_sought(one: Entry, sought: Sought) -> bool:
    if sought.names and one.name not in sought.names:
        return False
    if sought.person and (one.actor.kind != "person" or of_person(one.actor.name) != of_person(sought.person)):
        return False
    if (sought.since and one.at < sought.since) or (sought.until and one.at >= sought.until):
        return False
    return bool(sought.fits(one))


def _by_run(database: Database, sought: Sought, after: str) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of runs, each with what tells its place."""
    run, _, seq = after.rpartition("/")
    runs = list(sought.runs or ())
    before = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 19 and run in runs else None
    sizes = _sizes()
    for one in runs[runs.index(run) :] if before is not None else runs:
        while found := Trail(database).last_of_run(one, limit=next(sizes), before=before):
            for entry in reversed(found):
                yield f"{entry.run}/{entry.seq}", entry
            before = found[0].seq
        before = None


def _by_time(database: Database, sought: Sought, after: str) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of all runs in the order in which they were sealed, the newest first."""
    terms = _terms(sought)
    with database.reading() as connection:
        first, last = _first(connection, sought.since), _place_of(after) or _last(connection, sought.until)
    places = merge(*(_places(database, one, first, last) for one in terms), reverse=True)
    sizes = _sizes()
    while some := list(islice(places, next(sizes))):
        for place, entry in _entries(database, some):
            yield f"{place.tree}/{place.idx}", entry


def _sizes() -> Iterator[int]:
    return chain([_FIRST], repeat(_CHUNK))


def _terms(sought: Sought) -> list[str]:
    if sought.person:  # people do less than robots
        return [of_person(sought.person)]
    return [of_name(one) for one in sorted(sought.names)] or [ANY]


def _places(database: Database, term: str, first: Place | None, last: Place | None) -> Iterator[Place]:
    """Yield where a term is noted, from before `last` down to `first`, a chunk at a time."""
    key = tuple_(posting.c.tree, posting.c.idx)
    asked = select(posting.c.tree, posting.c.idx).where(posting.c.term == term)
    if first is not None:
        asked = asked.where(key >= (first.tree, first.idx))
    asked = asked.order_by(posting.c.tree.desc(), posting.c.idx.desc()).limit(_CHUNK)
    while True:
        with database.reading() as connection:
            rows = connection.execute(asked if last is None else asked.where(key < (last.tree, last.idx))).all()
        found = [Place(row.tree, row.idx) for row in rows]
        yield from found
        if len(found) < _CHUNK:
            return
        last = found[-1]


def _entries(database: Database, places: Sequence[Place]) -> Iterator[tuple[Place, Entry]]:
    """Yield the entries of these places; one that is gone is left out, and the check of the record says so."""
    wanted = select(leaf.c.run, leaf.c.seq, leaf.c.tree, leaf.c.idx)
    wanted = wanted.where(tuple_(leaf.c.tree, leaf.c.idx).in_([(one.tree, one.idx) for one in places]))
    with database.reading() as connection:
        found = {(row.run, row.seq): Place(row.tree, row.idx) for row in connection.execute(wanted)}
    entries = {found[one.run, one.seq]: one for one in Trail(database).at(found)}
    yield from ((place, entries[place]) for place in places if place in entries)


def _first(connection: Connection, since: datetime | None) -> Place | None:
    """Return the first place that may hold an entry of a moment, or a later one."""
    if since is None:
        return None
    before = select(seal.c.tree, seal.c.size).where(seal.c.sealed_at < since).order_by(seal.c.sealed_at.desc())
    row: Any = connection.execute(before.limit(1)).first()
    return None if row is None else Place(row.tree, row.size)


def _last(connection: Connection, until: datetime | None) -> Place | None:
    """Return the first place that can't hold an entry from before a moment."""
    if until is None:
        return None
    behind = select(seal.c.tree, seal.c.size).where(seal.c.sealed_at >= until + _LONGEST).order_by(seal.c.sealed_at)
    row: Any = connection.execute(behind.limit(1)).first()
    return None if row is None else Place(row.tree, row.size)


def _place_of(mark: str) -> Place | None:
    tree, _, idx = mark.partition("/")
    parts = [one for one in (tree, idx) if one.isascii() and one.isdigit() and len(one) < 19]
    return Place(int(parts[0]), int(parts[1])) if len(parts) == 2 else None
