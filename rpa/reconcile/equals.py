"""Finds the rows of two tables that are equal as they stand, which nearly all are; the rest is looked at one by one.

A row is known by one number, the hash of its key and of all that is compared. Reading rows in the order in which they
lie in memory and looking up numbers is several times as fast as looking up each partner and comparing the values; what
hashes don't prove is compared by value as well.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from operator import ne
from typing import Any

from rpa.reconcile.fields import Reading, reader, values_reader
from rpa.reconcile.hashes import PROVED, hashes
from rpa.reconcile.picked import Picked

NOBODY = -1
"""The place of a partner that there is not."""


@dataclass(frozen=True, slots=True)
class Side:
    """One table, and what is read of its rows."""

    rows: Sequence[Any]
    key: Reading
    compared: Sequence[Reading]

    def read_key(self) -> Callable[[Any], Any]:
        """Return what reads the key of a row."""
        return reader(self.key, self.rows)

    def readings(self) -> Sequence[Reading]:
        """Return all that is read: the parts of a key one by one."""
        return [*(self.key if isinstance(self.key, tuple) else (self.key,)), *self.compared]


def equal_places(left: Side, right: Side) -> list[int]:
    """Return for each row on the left the place of one on the right that is equal and no other's, or NOBODY."""
    try:
        here, there = (hashes(side.rows, side.readings()) for side in (left, right))
    except TypeError:  # a value has no hash
        return [NOBODY] * len(left.rows)
    free = dict(zip(there.numbers, range(len(right.rows)), strict=True))
    partners = list(map(free.pop, here.numbers, repeat(NOBODY)))
    if not here.types | there.types <= PROVED:
        for place in _unequal(partners, left, right):
            partners[place] = NOBODY
    return partners


def _unequal(partners: Sequence[int], left: Side, right: Side) -> Iterable[int]:
    """Return the places of partners whose values are not equal."""
    places = [place for place, partner in enumerate(partners) if partner != NOBODY]
    chosen = Picked(left.rows, places), Picked(right.rows, [partners[place] for place in places])
    values = (values_reader(side.readings(), side.rows)(rows) for side, rows in zip((left, right), chosen, strict=True))
    return compress(places, map(ne, *values))
