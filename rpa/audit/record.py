"""Appends events to the chain of a run, in the transaction of the change they tell of."""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from rpa.audit.events import SCHEMA, Event
from rpa.audit.sentences import tell_afterwards
from rpa.clock import Clock
from rpa.db.prepared import Prepared, add_unless_there
from rpa.db.tables import chain, event, payload
from rpa.db.types import canonical

SALT_BYTES = 32
SYSTEM_RUN = "system"
"""The run of what belongs to no job: workers, settings, reading of the record."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where events come from: host, worker and library version."""

    host: str
    worker: str
    library: str


class Record:
    """The writer of the record. It has no way to change or remove what is there."""

    def __init__(self, origin: Origin, clock: Clock) -> None:
        self._origin = {"host": origin.host, "worker": origin.worker, "library": origin.library}
        self._clock = clock
        self.has_written = False
        """Whether it was written to, by a transaction that may have been rolled back."""

    def append(self, connection: Connection, run: str, *events: Event) -> None:
        """Append events to the chain of `run`; they are durable when the caller's transaction is."""
        if events:
            self.append_at(connection, ChainEnd(connection, run), events)

    def append_at(self, connection: Connection, end: "ChainEnd", events: Sequence[Event]) -> None:
        """Append events to the chain whose end was looked up before, in the same transaction."""
        self.has_written = True
        size, head = end.found()
        links = []
        for seq, one in enumerate(events, start=size + 1):
            salt, content = _sealed_payload(one)
            body = canonical(self._envelope(one, run=end.run, seq=seq, commitment=commit(salt, content)))
            link = chain_hash(head, body)
            links.append((end.run, seq, body, head, link, one.name, one.item_id))
            if content is not None:
                _ADD_PAYLOAD.later(connection, run=end.run, seq=seq, salt=salt, content=content)
            head = link
        _add_links(connection, links)
        _MOVE_HEAD.later(connection, b_run=end.run, b_size=size + len(events), b_head=head)
        tell_afterwards(connection, end.run, events)

    def _envelope(self, one: Event, *, run: str, seq: int, commitment: str | None) -> dict[str, Any]:
        said = {
            "actor": {"kind": one.actor.kind, "name": one.actor.name},
            "item": one.item_id,
            "attempt": one.attempt,
            "subject": one.subject,
            "facts": one.facts or None,
            "commitment": commitment,
        }
        return {
            "schema": SCHEMA,
            "name": one.name,
            "run": run,
            "seq": seq,
            "at": self._clock.now(),
            "monotonic_ns": int(self._clock.monotonic() * 1e9),
            "origin": self._origin,
        } | {name: value for name, value in said.items() if value is not None}


class ChainEnd:
    """Where a run ends: looked up with the next statement, and nobody else's to write from then to the commit."""

    def __init__(self, connection: Connection, run: str) -> None:
        self.run = run
        self._connection = connection
        self._asked = _HEAD.later(connection, b_run=run)

    def found(self) -> tuple[int, bytes]:
        """Return how many events there are, and the hash of the last; a run without any is begun."""
        rows = self._asked.rows or self._begun()
        size, head = rows[0]
        return size, head

    def _begun(self) -> list[tuple[Any, ...]]:
        _BEGIN_RUN.later(self._connection, b_run=self.run, b_size=0, b_head=first_prev(self.run))
        return _HEAD.rows(self._connection, b_run=self.run)


def first_prev(run: str) -> bytes:
    """Return what the first event of a run is chained to."""
    return sha256(b"run\0" + run.encode()).digest()


def chain_hash(prev: bytes, body: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ prev ‖ body), the leaf hash of RFC 6962 over the chained bytes."""
    return sha256(b"\0" + prev + body).digest()


def commit(salt: bytes, content: bytes | None) -> str | None:
    """Return what the chain keeps of a payload: HMAC-SHA-256(salt, content), nothing once both are erased."""
    return None if content is None else hmac.new(salt, content, sha256).hexdigest()


def is_committed(commitment: object, salt: bytes, content: bytes) -> bool:
    """Return whether a payload is the one that the chain keeps a commitment of.

    The salt's length counts too: HMAC fills a key up with zeros, so one that ends with a zero could lose it unseen.
    """
    return len(salt) == SALT_BYTES and commit(salt, content) == commitment


def _sealed_payload(one: Event) -> tuple[bytes, bytes | None]:
    if one.payload is None:
        return b"", None
    return os.urandom(SALT_BYTES), canonical(one.payload)


def _add_links(connection: Connection, links: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(links), _LINKS_AT_ONCE):
        some = links[start : start + _LINKS_AT_ONCE]
        values = {
            f"{name}_{row}": value for row, link in enumerate(some) for name, value in zip(_LINK, link, strict=True)
        }
        _adding(len(some)).later(connection, **values)


@lru_cache
def _adding(number: int) -> Prepared:
    """Return the statement that adds so many links: most moves have two, and a statement costs more than a row."""
    columns = [(name, event.c[name].type) for name in _LINK]
    rows = [{name: bindparam(f"{name}_{row}", type_=kind) for name, kind in columns} for row in range(number)]
    return Prepared(insert(event).values(rows))


_LINK = ("run", "seq", "body", "prev", "hash", "name", "item_id")
_LINKS_AT_ONCE = 8
# On PostgreSQL the lock makes writers of one run queue here; on SQLite the transaction already holds the database.
_HEAD = Prepared(select(chain.c.size, chain.c.head).where(chain.c.run == bindparam("b_run")).with_for_update())
_BEGIN_RUN = add_unless_there(chain, "run", "size", "head")
_MOVE_HEAD = Prepared(
    update(chain).where(chain.c.run == bindparam("b_run")).values(size=bindparam("b_size"), head=bindparam("b_head"))
)
_ADD_PAYLOAD = Prepared(insert(payload).values({one.name: bindparam(one.name) for one in payload.columns}))
