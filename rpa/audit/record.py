"""Appends events to the chain of a run, in the transaction of the change they tell of."""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from rpa.audit.events import SCHEMA, Event
from rpa.clock import Clock
from rpa.db.prepared import Prepared
from rpa.db.tables import chain, event, payload
from rpa.db.types import canonical

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
        # Where each run stood when this process last wrote to it: saves a look before each write, and is only a guess.
        self._heads: dict[str, tuple[int, bytes]] = {}

    def append(self, connection: Connection, run: str, *events: Event) -> None:
        """Append events to the chain of `run`; they are durable when the caller's transaction is."""
        if not events:
            return
        guess = self._heads.pop(run, None)
        if guess is None or not self._append_at(connection, run, guess, events):
            self._append_at(connection, run, _head(connection, run), events)

    def _append_at(self, connection: Connection, run: str, start: tuple[int, bytes], events: Sequence[Event]) -> bool:
        """Append where the chain is thought to end; False, and nothing done, when it ends elsewhere."""
        size, head = start
        links, payloads = [], []
        for seq, one in enumerate(events, start=size + 1):
            salt, content = _sealed_payload(one)
            body = canonical(self._envelope(one, run=run, seq=seq, commitment=commit(salt, content)))
            link = chain_hash(head, body)
            links.append(_link(one, run=run, seq=seq, body=body) | {"prev": head, "hash": link})
            if content is not None:
                payloads.append({"run": run, "seq": seq, "salt": salt, "content": content})
            head = link
        end = (size + len(events), head)
        if _MOVE_HEAD.run(connection, b_run=run, b_from=size, b_prev=start[1], b_size=end[0], b_head=head) != 1:
            return False
        _store(connection, links, payloads)
        self._heads[run] = end
        return True

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


def first_prev(run: str) -> bytes:
    """Return what the first event of a run is chained to."""
    return sha256(b"run\0" + run.encode()).digest()


def chain_hash(prev: bytes, body: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ prev ‖ body), the leaf hash of RFC 6962 over the chained bytes."""
    return sha256(b"\0" + prev + body).digest()


def commit(salt: bytes, content: bytes | None) -> str | None:
    """Return what the chain keeps of a payload: HMAC-SHA-256(salt, content), nothing once both are erased."""
    return None if content is None else hmac.new(salt, content, sha256).hexdigest()


def _head(connection: Connection, run: str) -> tuple[int, bytes]:
    # On PostgreSQL the lock makes writers of one run queue here; on SQLite the transaction already holds the database.
    found = connection.execute(
        select(chain.c.size, chain.c.head).where(chain.c.run == run).with_for_update()
    ).one_or_none()
    if found is not None:
        return found.size, found.head
    connection.execute(insert(chain).values(run=run, size=0, head=first_prev(run)))
    return 0, first_prev(run)


def _sealed_payload(one: Event) -> tuple[bytes, bytes | None]:
    if one.payload is None:
        return b"", None
    return os.urandom(32), canonical(one.payload)


def _link(one: Event, *, run: str, seq: int, body: bytes) -> dict[str, Any]:
    return {"run": run, "seq": seq, "body": body, "name": one.name, "item_id": one.item_id}


def _store(connection: Connection, links: Sequence[dict[str, Any]], payloads: Sequence[dict[str, Any]]) -> None:
    _ADD_LINK.run_many(connection, links)
    if payloads:
        _ADD_PAYLOAD.run_many(connection, payloads)


_MOVE_HEAD = Prepared(
    update(chain)
    .where(chain.c.run == bindparam("b_run"), chain.c.size == bindparam("b_from"), chain.c.head == bindparam("b_prev"))
    .values(size=bindparam("b_size"), head=bindparam("b_head"))
)
_ADD_LINK = Prepared(insert(event).values({one.name: bindparam(one.name) for one in event.columns}))
_ADD_PAYLOAD = Prepared(insert(payload).values({one.name: bindparam(one.name) for one in payload.columns}))
