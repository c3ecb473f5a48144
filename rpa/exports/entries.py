"""Reads the entries of a selection page by page, and refuses one that is not as it was written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, select, tuple_

from rpa.audit.bodies import Bodies
from rpa.audit.findings import stored
from rpa.audit.record import chain_hash, is_committed
from rpa.db.seal_tables import leaf
from rpa.db.tables import event, payload
from rpa.exceptions import RecordError
from rpa.exports.selection import Selection

_PAGE = 2_000
_ITEMS_AT_ONCE = 200
_SUBMITTED = ("job.submitted", "items.submitted")
"""What tells of many patients' rows at once."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is stored, with what its body says and where it lies in the sealed record."""

    run: str
    seq: int
    prev: bytes
    body: bytes
    hash: bytes
    said: dict[str, Any]
    tree: int | None
    index: int | None
    salt: bytes | None = None
    content: bytes | None = None
    """The payload; None when there is none, it was erased, or it is not to be handed out."""

    @property
    def name(self) -> str:
        """The name of the event."""
        return str(self.said["name"])

    @property
    def at(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.said["at"])

    @property
    def place(self) -> str:
        """Run and number, as people write them: `job-7/12`."""
        return f"{self.run}/{self.seq}"


def nobody_listens(_count: int) -> None:
    """Take no notice of how far reading is."""


def read_entries(connection: Connection, selection: Selection, *, payloads: bool,
                 tell: Callable[[int], None] = nobody_listens) -> Iterator[Stored]:  # fmt: skip
    """Yield the entries run by run, in the order in which each was written; `tell` is told how many were read.

    Raises:
        RecordError: One is not as it was written.
    """
    wanted = _wanted(payloads).where(*_limits(selection)).order_by(event.c.run, event.c.seq).limit(_PAGE)
    after, bodies = ("", 0), Bodies(connection)
    while True:
        rows = connection.execute(wanted.where(tuple_(event.c.run, event.c.seq) > tuple_(*after))).all()
        yield from _asked_for(rows, selection, bodies)
        tell(len(rows))
        if len(rows) < _PAGE:
            return
        after = (rows[-1].run, rows[-1].seq)


def read_by_item(connection: Connection, selection: Selection, *, payloads: bool) -> Iterator[tuple[int, list[Stored]]]:
    """Yield each item that was asked for with its entries, in the order in which they were written.

    Raises:
        RecordError: One is not as it was written.
    """
    numbers, bodies = _items(connection, selection), Bodies(connection)
    wanted = _wanted(payloads).order_by(event.c.item_id, event.c.run, event.c.seq)
    for start in range(0, len(numbers), _ITEMS_AT_ONCE):
        some = event.c.item_id.in_(numbers[start : start + _ITEMS_AT_ONCE])
        found = _asked_for(connection.execute(wanted.where(some)), selection, bodies)
        for number, entries in groupby(found, key=lambda one: int(one.said["item"])):
            yield number, sorted(entries, key=lambda one: (one.at, one.run, one.seq))


def _wanted(payloads: bool) -> Select[Any]:
    both = event.outerjoin(leaf, (leaf.c.run == event.c.run) & (leaf.c.seq == event.c.seq))
    columns: list[Any] = [event, leaf.c.tree, leaf.c.idx, leaf.c.hash.label("sealed")]
    if payloads:
        both = both.outerjoin(payload, (payload.c.run == event.c.run) & (payload.c.seq == event.c.seq))
        columns += [payload.c.salt, payload.c.content]
    return select(*columns).select_from(both)


def _limits(selection: Selection) -> list[ColumnElement[bool]]:
    if selection.item_ids is not None:
        brought = event.c.run.in_(selection.heads) & event.c.name.in_(_SUBMITTED)
        return [event.c.item_id.in_(selection.item_ids) | brought]
    return [event.c.run == selection.run] if selection.run is not None else []


def _items(connection: Connection, selection: Selection) -> list[int]:
    if selection.item_ids is not None:
        return sorted(selection.item_ids)
    found = select(event.c.item_id).where(event.c.item_id.is_not(None), *_limits(selection)).distinct()
    return list(connection.execute(found.order_by(event.c.item_id)).scalars())


def _asked_for(rows: Any, selection: Selection, bodies: Bodies) -> Iterator[Stored]:
    for row in rows:
        if row.seq <= selection.heads.get(row.run, 0):
            one = _checked(row, bodies.of(row), withheld=selection.item_ids is not None and row.name in _SUBMITTED)
            if _is_within(one, selection):
                yield one


def _checked(row: Any, body: bytes, *, withheld: bool) -> Stored:
    """Return an entry; the payload of a submission is withheld where other patients' rows were not asked for."""
    values = row._mapping
    content, salt = values.get("content"), values.get("salt")
    try:
        one = Stored(
            run=row.run,
            seq=row.seq,
            prev=stored(row.prev),
            body=body,
            hash=stored(row.hash),
            said=orjson.loads(body),
            tree=row.tree,
            index=row.idx,
            salt=None if withheld or salt is None else stored(salt),
            content=None if withheld or content is None else stored(content),
        )
        if _is_as_written(one, row):
            return one
    except (ValueError, TypeError, KeyError):
        pass
    raise RecordError(
        f"entry {row.seq} of {row.run} is not as it was written: it was changed since, and nothing was handed out; "
        "run `rpa audit verify` and keep the database as it is"
    )


def _is_as_written(one: Stored, row: Any) -> bool:
    filed = (one.said["run"], one.said["seq"], one.name, one.said.get("item")) == (one.run, one.seq, row.name,
                                                                                  row.item_id)  # fmt: skip
    linked = chain_hash(one.prev, one.body) == one.hash and row.sealed in (None, one.hash)
    paid = one.content is None or is_committed(one.said["commitment"], one.salt or b"", one.content)
    return filed and linked and paid


def _is_within(one: Stored, selection: Selection) -> bool:
    if selection.since is not None and one.at < selection.since:
        return False
    return selection.until is None or one.at < selection.until
