"""Follows the chains of all runs at once, entry by entry, in whatever order those of different runs come."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from rpa.audit.findings import stored
from rpa.audit.record import chain_hash, commit, first_prev
from rpa.db.tables import event, payload

End = tuple[int, bytes]
"""Number and hash of an entry."""
SAME = (event.c.run == payload.c.run) & (event.c.seq == payload.c.seq)
"""Which payload is of which entry."""


def begin(run: str) -> End:
    """Return what the first entry of a run follows."""
    return 0, first_prev(run)


class Links:
    """The end of each run as far as it was followed."""

    def __init__(self, start: Callable[[str], End] = begin) -> None:
        self._start = start
        self._ends: dict[str, End] = {}
        self.count = 0
        """Entries that were followed."""

    @property
    def runs(self) -> int:
        """The number of runs that were followed."""
        return len(self._ends)

    def end(self, run: str) -> End:
        """Return the last entry of a run that was followed."""
        return self._ends.get(run) or self._start(run)

    def follow(self, row: Any, body: dict[str, Any] | None) -> str | None:
        """Take an entry as the next of its run, or say what is wrong with it.

        `body` is what it says, if that can be read.
        """
        run, seq = row.run, row.seq
        last, prev = self.end(run)
        said = _broken_link(row, expected=last + 1, prev=prev) or _broken_copy(row, body) or _broken_payload(row, body)
        if said is None:
            self._ends[run] = seq, stored(row.hash)
            self.count += 1
        return said


def entries() -> Select[Any]:
    """Return what selects entries with their payloads."""
    return select(event, payload.c.salt, payload.c.content).select_from(event.outerjoin(payload, SAME))


def entries_after(connection: Connection, run: str, seq: int) -> Iterator[Any]:
    """Yield the entries of a run after one, in their order."""
    yield from connection.execute(entries().where(event.c.run == run, event.c.seq > seq).order_by(event.c.seq))


def said_by(body: object) -> dict[str, Any] | None:
    """Return what an entry says; None if it can't be read."""
    try:
        said = orjson.loads(stored(body))
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _broken_link(row: Any, *, expected: int, prev: bytes) -> str | None:
    if row.seq != expected:
        return f"is out of its order: expected entry {expected:,} of the run"
    if stored(row.prev) != prev:
        return "does not follow the entry before it"
    if chain_hash(prev, stored(row.body)) != stored(row.hash):
        return "does not match its hash"
    return None


def _broken_copy(row: Any, body: dict[str, Any] | None) -> str | None:
    if body is None or not {"run", "seq", "name"} <= body.keys():
        return "is no entry of ours"
    if (body["run"], body["seq"], body["name"], body.get("item")) != (row.run, row.seq, row.name, row.item_id):
        return "is filed under something else than it says"
    return None


def _broken_payload(row: Any, body: dict[str, Any] | None) -> str | None:
    commitment = body.get("commitment") if body is not None else None
    if row.content is None:
        return None if commitment is None else "has lost its payload, and no erasure is recorded"
    if commit(stored(row.salt), stored(row.content)) != commitment:
        return "has another payload than it was written with"
    return None
