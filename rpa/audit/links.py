"""Follows the chains of all runs at once, entry by entry, in whatever order those of different runs come."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from sqlalchemy import Connection, Result, Select, select

from rpa.audit.erased import ERASED, Payloads
from rpa.audit.findings import Finding, stored
from rpa.audit.record import chain_hash, first_prev, is_committed
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
        self._payloads: dict[str, Payloads] = {}
        self.count = 0
        """Entries that were followed."""

    @property
    def runs(self) -> int:
        """The number of runs that were followed."""
        return len(self._ends)

    def end(self, run: str) -> End:
        """Return the last entry of a run that was followed."""
        return self._ends.get(run) or self._start(run)

    def follow(self, row: Any, body: bytes, told: dict[str, Any] | None) -> str | None:
        """Take an entry as the next of its run, or say what is wrong with it.

        `body` is what it says as it is stored, `told` what can be read of that.
        """
        run, seq = row.run, row.seq
        last, prev = self.end(run)
        said = (
            _out_of_order(row, expected=last + 1, prev=prev)
            or _broken_hash(row, body, prev)
            or _broken_copy(row, told)
            or self._payload(row, told or {})
        )
        if said is None:
            self._ends[run] = seq, stored(row.hash)
            self.count += 1
        return said

    def pass_by(self, row: Any) -> str | None:
        """Take an entry whose body is elsewhere as the next of its run, or say that it does not follow the last one."""
        last, prev = self.end(row.run)
        said = _out_of_order(row, expected=last + 1, prev=prev)
        if said is None:
            self.followed({row.run: (row.seq, stored(row.hash))}, [(row.run, row.seq)] if row.content else [], 1)
        return said

    def followed(self, ends: Mapping[str, End], payloads: Iterable[tuple[str, int]], number: int) -> None:
        """Take entries as followed that were found sound elsewhere: the ends of their runs, and what has payloads."""
        self._ends.update(ends)
        self.count += number
        for run, seq in payloads:
            (self._payloads.get(run) or self._payloads.setdefault(run, Payloads())).there(seq)

    def wrong_payloads(self, later_erasures: Callable[[str, int], Iterable[Any]]) -> Iterator[Finding]:
        """Yield for each run the first entry whose payload is missing by no erasure, or is there in spite of one.

        `later_erasures` finds the entries of a run after one that tell of erasures, where not all of it was followed.
        """
        for run, payloads in sorted(self._payloads.items()):
            for row in later_erasures(run, self.end(run)[0]):
                payloads.erased(row.seq, (said_by(row.body) or {}).get("facts"))
            wrong = payloads.first_wrong()
            if wrong is not None:
                yield Finding(run, *wrong)

    def _payload(self, row: Any, body: dict[str, Any]) -> str | None:
        """Return what is wrong with a payload; whether it may be missing is told further down in the run."""
        commitment = body.get("commitment")
        if row.content is None and commitment is None and row.name != ERASED:
            return None
        payloads = self._payloads.setdefault(row.run, Payloads())
        if row.name == ERASED and not payloads.erased(row.seq, body.get("facts")):
            return "tells of an erasure and not of what was erased"
        if row.content is None:
            if commitment is not None:
                payloads.missing(row.seq)
            return None
        payloads.there(row.seq)
        if not is_committed(commitment, stored(row.salt), stored(row.content)):
            return "has another payload than it was written with"
        return None


def entries() -> Select[Any]:
    """Return what selects entries with their payloads."""
    return select(event, payload.c.salt, payload.c.content).select_from(event.outerjoin(payload, SAME))


def entries_after(connection: Connection, run: str, seq: int) -> Result[Any]:
    """Return the entries of a run after one, in their order."""
    return connection.execute(entries().where(event.c.run == run, event.c.seq > seq).order_by(event.c.seq))


def said_by(body: object) -> dict[str, Any] | None:
    """Return what an entry says; None if it can't be read."""
    try:
        said = orjson.loads(stored(body))
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _out_of_order(row: Any, *, expected: int, prev: bytes) -> str | None:
    if row.seq != expected:
        return f"is out of its order: expected entry {expected:,} of the run"
    if stored(row.prev) != prev:
        return "does not follow the entry before it"
    return None


def _broken_hash(row: Any, body: bytes, prev: bytes) -> str | None:
    return None if chain_hash(prev, body) == stored(row.hash) else "does not match its hash"


def _broken_copy(row: Any, body: dict[str, Any] | None) -> str | None:
    if body is None or not {"run", "seq", "name", "at"} <= body.keys():
        return "is no entry of ours"
    if (body["run"], body["seq"], body["name"], body.get("item")) != (row.run, row.seq, row.name, row.item_id):
        return "is filed under something else than it says"
    return None
