"""Finds the rows of two tables that are equal as they stand, which nearly all are; the rest is looked at one by one.

A row is known by the hash of its key and of all that is compared. Reading rows in the order in which they lie in memory
and comparing whole numbers is several times as fast as looking up each partner and comparing the values. Hashes of
texts, dates and times are 64 bits under a secret of the process, so two different rows have one by chance alone, once
in 18 million million million pairs. Numbers are their own hashes, and some of them share one (-1 and -2): tables that
hold anything else than texts, dates and times are compared by value as well.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import compress, count, groupby, islice, repeat
from operator import is_, itemgetter, ne, not_
from typing import Any

from rpa.reconcile.passes import is_blank

_PROVED = {str, date, datetime, time, type(None)}
"""Types whose values are equal if their hashes are."""
_BLOCK = 256
"""Rows that are read at once, so that what was read of them is still near the processor when it is looked at again."""


@dataclass(frozen=True, slots=True)
class Reads:
    """How one side is read."""

    key: Callable[[Any], Any]
    """Reads the key of a row."""
    values: Callable[[Sequence[Any]], Iterable[Any]]
    """Reads of each row the key and all that is compared."""


@dataclass(frozen=True, slots=True)
class Equals:
    """Rows that are equal and alone with their key, each beside its partner, and all other rows."""

    left: list[Any]
    right: list[Any]
    rest: tuple[list[Any], list[Any]]


def equal_rows(left: Sequence[Any], right: Sequence[Any], readers: tuple[Reads, Reads]) -> Equals:
    """Pair what is equal.

    Args:
        left: One table.
        right: The other.
        readers: How each side is read.
    """
    try:
        (hashes, types), (right_hashes, right_types) = (
            _hashes(side.values(rows)) for side, rows in zip(readers, (left, right), strict=True)
        )
    except TypeError:  # a value has no hash
        return Equals([], [], (list(left), list(right)))
    free = dict(zip(right_hashes, right, strict=True))
    several = _several(free, right_hashes) if len(free) < len(right) else set()
    for one in several:
        del free[one]
    partners = list(map(free.pop, hashes, repeat(None)))
    rest = [*free.values(), *(compress(right, map(several.__contains__, right_hashes)) if several else ())]
    _take_back(partners, (left, rest), readers, types | right_types)
    is_alone = list(map(is_, partners, repeat(None)))
    is_met = list(map(not_, is_alone))
    alone = list(compress(left, is_alone))
    return Equals(list(compress(left, is_met)), list(compress(partners, is_met)), (alone, rest))


def _hashes(values: Iterable[tuple[Any, ...]]) -> tuple[list[int], set[type]]:
    """Return the hash of each row, and the types of all values."""
    values = iter(values)
    hashes: list[int] = []
    types: set[type] = set()
    while block := list(islice(values, _BLOCK)):
        hashes += map(hash, block)
        for column in zip(*block, strict=True):
            types.update(map(itemgetter(0), groupby(column, type)))
    return hashes, types


def _take_back(partners: list[Any], tables: tuple[Sequence[Any], list[Any]], readers: tuple[Reads, Reads],
               types: set[type]) -> None:  # fmt: skip
    """Move partners that are not sure to the rest of the right.

    Unsure are pairs whose key is blank or stands in another row, and those with one hash and other values.
    """
    left, rest = tables
    keys = list(map(readers[0].key, left))
    known = {None, "", *compress(keys, map(is_, partners, repeat(None))), *map(readers[1].key, rest)}
    first = dict.fromkeys(keys)
    if len(first) < len(keys):  # both sides may have the same duplicates, each with an equal on the other side
        known |= _several(first, keys)
    is_proved = types <= _PROVED
    if not is_proved:
        known.update(filter(is_blank, first))
    unsure = list(compress(count(), map(known.__contains__, keys)))
    if not is_proved:
        unsure += _unequal(partners, left, readers)
    for place in unsure:
        if partners[place] is not None:
            rest.append(partners[place])
            partners[place] = None


def _unequal(partners: Sequence[Any], left: Sequence[Any], readers: tuple[Reads, Reads]) -> Iterable[int]:
    """Return the places of partners whose values are not equal."""
    places = [place for place, partner in enumerate(partners) if partner is not None]
    values = readers[0].values([left[place] for place in places])
    return compress(places, map(ne, values, readers[1].values([partners[place] for place in places])))


def _several(first: Iterable[Any], every: Sequence[Any]) -> set[Any]:
    """Return what was not new when it came: a dictionary has its keys in the order they came."""
    news = iter(first)
    new = next(news, None)
    several = set()
    for one in every:
        if one is new:
            new = next(news, None)
        else:
            several.add(one)
    return several
