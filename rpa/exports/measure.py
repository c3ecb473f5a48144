"""How much a selection of the record holds, before it is taken out."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import func, select

from rpa.audit.brought import brought
from rpa.db import Database
from rpa.db.tables import event
from rpa.exceptions import UsageError
from rpa.exports.entries import Stored, read_entries
from rpa.exports.selection import Selection


@dataclass(frozen=True, slots=True)
class Measure:
    """How many entries there are, and of how many items they tell."""

    entries: int
    items: int


def measure(database: Database, selection: Selection, *, most: int) -> Measure:
    """Count what a selection holds.

    Raises:
        UsageError: It is more than is allowed.
        RecordError: An entry is not as it was written.
    """
    size = size_of(database, selection)
    if size > most:
        raise UsageError(
            f"found {size:,} entries, expected {most:,} at most here; `rpa audit export` takes out as many as there are"
        )
    with database.reading() as connection:
        items: set[int] = set()
        count = 0
        for one in read_entries(connection, selection, payloads=False):
            count += 1
            items.update(_items_of(one))
    return Measure(count, len(items if selection.item_ids is None else items & selection.item_ids))


def size_of(database: Database, selection: Selection) -> int:
    """Return how many entries there are at most, without reading them: a time may leave fewer."""
    if selection.item_ids is None:
        return sum(selection.heads.values())
    mine = select(func.count()).select_from(event).where(event.c.item_id.in_(selection.item_ids))
    with database.reading() as connection:
        return int(connection.execute(mine).scalar_one())


def _items_of(one: Stored) -> Iterable[int]:
    """Return the items that an entry tells of; a submission tells of all that it brought."""
    if one.name == "items.submitted":
        return chain.from_iterable(brought(one.said["facts"]))
    number = one.said.get("item")
    return () if number is None else (int(number),)
