"""Appends events to the chain of a run, in the transaction of the change they tell of."""

import hmac
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain as chain_of
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

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
    """Where events come from: host, worker, library version, and the account of the machine that wrote them."""

    host: str
    worker: str
    library: str
    account: str | None = None
    """Whoever gives another name by `--by` is known by this one."""


class Record:
    """The writer of the record. It has no way to change or remove what is there."""

    def __init__(self, origin: Origin, clock: Clock) -> None:
        self._origin = {name: value for name, value in asdict(origin).items() if value is not None}
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
        links, payloads = [], []
        for seq, one in enumerate(events, start=size + 1):
            salt, content = _sealed_payload(one)
            body = canonical(self._envelope(one, run=end.run, seq=seq, commitment=commit(salt, content)))
            link = chain_hash(head, body)
            links.append((end.run, seq, body, head, link, one.name, one.item_id))
            if content is not None:
                payloads.append((end.run, seq, salt, content))
            head = link
        _add_rows(connection, event, _LINK, links)
        _add_rows(connection, payload, _PAYLOAD, payloads)
        _MOVE_HEAD.later(connection, b_run=end.run, b_size=size + len(events), b_head=head)
        tell_afterwards(connection, end.run, events)

    def _envelope(self, one: Event, *, run: str, seq: int, commitment: str | None) -> dict[str, Any]:
        said: dict[str, Any] = {
            "schema": SCHEMA,
            "name": one.name,
            "run": run,
            "seq": seq,
            "at": self._clock.now(),
            "monotonic_ns": int(self._clock.monotonic() * 1e9),
            "origin": self._origin,
            "actor": {"kind": one.actor.kind, "name": one.actor.name},
        }
        if one.facts:
            said["facts"] = one.facts
        for name, value in (("item", one.item_id), ("attempt", one.attempt), ("subject", one.subject),
                            ("commitment", commitment)):  # fmt: skip
            if value is not None:
                said[name] = value
        return said


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


def _add_rows(connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    start = 0
    while start < len(rows):
        number = _MANY if len(rows) - start >= _MANY else min(_FEW, len(rows) - start)
        some = rows[start : start + number]
        _adding(table, names, number).later(
            connection, **dict(zip(_names(names, number), chain_of(*some), strict=True))
        )
        start += number


@lru_cache
def _adding(table: Table, names: tuple[str, ...], number: int) -> Prepared:
    """Return the statement that adds so many rows: most moves have two, and a statement costs more than a row."""
    kinds = [table.c[name].type for name in names]
    binds = [bindparam(name, type_=kind) for name, kind in zip(_names(names, number), kinds * number, strict=True)]
    width = len(names)
    rows = [dict(zip(names, binds[at : at + width], strict=True)) for at in range(0, len(binds), width)]
    return Prepared(insert(table).values(rows))


@lru_cache
def _names(names: tuple[str, ...], number: int) -> tuple[str, ...]:
    return tuple(f"{name}_{row}" for row in range(number) for name in names)


_LINK = ("run", "seq", "body", "prev", "hash", "name", "item_id")
_PAYLOAD = ("run", "seq", "salt", "content")
_FEW, _MANY = 8, 64
"""Rows that are added together: there is a statement for each number up to the first, and one for many."""
# On PostgreSQL the lock makes writers of one run queue here; on SQLite the transaction already holds the database.
_HEAD = Prepared(select(chain.c.size, chain.c.head).where(chain.c.run == bindparam("b_run")).with_for_update())
_BEGIN_RUN = add_unless_there(chain, "run", "size", "head")
_MOVE_HEAD = Prepared(
    update(chain).where(chain.c.run == bindparam("b_run")).values(size=bindparam("b_size"), head=bindparam("b_head"))
)
