"""Notes by which entries are found: of a person, of a kind, and of all but the seals, in the order of the leaves.

They are made of what is sealed, some seconds after it, by nobody who writes to the record: a change costs nothing more,
and a record of an earlier version is caught up with in the background. They only find. What is shown is read from the
entry itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select, tuple_, update

from rpa.approvals.names import same_name
from rpa.audit.bodies import MOVED, Bodies
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.audit_tables import posting
from rpa.db.seal_tables import leaf
from rpa.db.tables import duty, event
from rpa.models import ActorKind

AT_ONCE = 5_000
"""Entries of one transaction: on SQLite others wait for it."""
_SLICE = 1.0
"""Seconds for which a worker goes on: its other duties wait in the same thread."""
_NAME = "postings of the record"
_SEALED = "log.sealed"
_PERSON = f'"kind":"{ActorKind.PERSON}"'.encode()
ANY = "any"


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where an entry stands among the leaves: the tree of its year, and its number there."""

    tree: int
    idx: int


BEGIN = Place(0, -1)


def of_name(name: str) -> str:
    """Return what the entries of a kind are noted under."""
    return f"name {name}"


def of_person(name: str) -> str:
    """Return what the entries of a person are noted under, however the name is spelt."""
    return f"person {same_name(name)}"


class Postings:
    """Catches up with the leaves; any number may, one at a time does."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def tick(self) -> None:
        """Catch up for a little while."""
        end = self._clock.monotonic() + _SLICE
        while not self.catch_up() and self._clock.monotonic() < end:
            pass

    def catch_up(self) -> bool:
        """Note some entries that were sealed since; True when there are no more."""
        with self._database.reading() as connection:
            if not _after(connection, _reached(connection), 1):
                return True
        with self._database.transaction() as connection:
            self._database.lock_input(connection, _NAME)
            found = _after(connection, _reached(connection), AT_ONCE)
            if found:
                connection.execute(insert(posting), list(_notes(connection, found)))
                self._move(connection, found[-1])
        return len(found) < AT_ONCE

    def reached(self) -> Place:
        """Return the last leaf that is noted."""
        with self._database.reading() as connection:
            return _reached(connection)

    def _move(self, connection: Connection, last: Any) -> None:
        values = {"due_at": self._clock.now(), "reached": f"{last.tree}/{last.idx}"}
        moved = connection.execute(update(duty).where(duty.c.name == _NAME).values(**values)).rowcount
        if not moved:
            connection.execute(insert(duty).values(name=_NAME, **values))


def _reached(connection: Connection) -> Place:
    found = connection.execute(select(duty.c.reached).where(duty.c.name == _NAME)).scalar()
    if found is None:
        return BEGIN
    tree, idx = str(found).split("/")
    return Place(int(tree), int(idx))


def _after(connection: Connection, place: Place, limit: int) -> Any:
    mine = (event.c.run == leaf.c.run) & (event.c.seq == leaf.c.seq)
    asked = select(leaf.c.tree, leaf.c.idx, leaf.c.run, leaf.c.seq, event.c.name, event.c.body)
    asked = asked.select_from(leaf.outerjoin(event, mine)).order_by(leaf.c.tree, leaf.c.idx).limit(limit)
    return connection.execute(asked.where(tuple_(leaf.c.tree, leaf.c.idx) > (place.tree, place.idx))).all()


def _notes(connection: Connection, rows: Any) -> Iterator[dict[str, object]]:
    bodies = Bodies(connection)
    for row in rows:
        for term in _terms(row, bodies):
            yield {"term": term, "tree": row.tree, "idx": row.idx}


def _terms(row: Any, bodies: Bodies) -> Iterator[str]:
    name = str(row.name)
    yield of_name(name)
    if name == _SEALED or row.body is None:  # one every ten seconds, which nobody looks for among the others
        return
    yield ANY
    body = bodies.filled_one(row)
    if body != MOVED and _PERSON in body:
        person = _person(body)
        if person:
            yield of_person(person)


def _person(body: bytes) -> str | None:
    try:
        actor = orjson.loads(body)["actor"]
        return str(actor["name"])[:200] if actor["kind"] == ActorKind.PERSON else None
    except (ValueError, TypeError, KeyError):  # it was changed since, which the check of the record says
        return None
