"""Finds the rows of two tables that are equal as they stand, which nearly all are; the rest is looked at one by one.

A row is known by the hash of its key and of all that is compared. Reading rows in the order in which they lie in memory
and comparing whole numbers is several times as fast as looking up each partner and comparing the values. Hashes of
texts, dates and times are 64 bits under a secret of the process, so two different rows have one by chance alone, once
in 18 million million million pairs. Numbers are their own hashes, and some of them share one (-1 and -2): tables that
hold anything else than texts, dates and times are compared by value as well.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, compress, repeat
from operator import is_, is_not, ne, not_
from typing import Any

from rpa.reconcile.passes import is_blank

_PROVED = {str, date, datetime, time, type(None)}
"""Types whose values are equal if their hashes are."""


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
        hashes = [list(map(hash, side[0].values(side[1]))) for side in zip(readers, (left, right), strict=True)]
    except TypeError:  # a value has no hash
        return Equals([], [], (list(left), list(right)))
    free = dict(zip(hashes[1], right, strict=True))
    several = _several(free, hashes[1]) if len(free) < len(right) else set()
    for one in several:
        del free[one]
    partners = list(map(free.pop, hashes[0], repeat(None)))
    rest = (
        list(compress(left, map(is_, partners, repeat(None)))),
        [*free.values(), *compress(right, map(several.__contains__, hashes[1]))],
    )
    is_met = list(map(is_not, partners, repeat(None)))
    found = Equals(list(compress(left, is_met)), list(compress(partners, is_met)), rest)
    is_proved = _are_proved(readers[0].values(left)) and _are_proved(readers[1].values(right))
    return _only_sure(found, readers, is_proved=is_proved)


def _only_sure(found: Equals, readers: tuple[Reads, Reads], *, is_proved: bool) -> Equals:
    """Put back the pairs whose key is blank or stands in another row, and those with one hash and other values."""
    keys = list(map(readers[0].key, found.left))
    known = {None, "", *map(readers[0].key, found.rest[0]), *map(readers[1].key, found.rest[1])}
    if len(set(keys)) < len(keys):  # both sides have the same duplicates, each with an equal on the other side
        known.update(key for key, count in Counter(keys).items() if count > 1)
    if tuple in set(map(type, keys)):
        known.update(key for key in keys if is_blank(key))
    is_unsure = list(map(known.__contains__, keys))
    if not is_proved:
        differ = map(ne, readers[0].values(found.left), readers[1].values(found.right))
        is_unsure = [one or other for one, other in zip(is_unsure, differ, strict=True)]
    is_sure = list(map(not_, is_unsure))
    rest = (
        [*found.rest[0], *compress(found.left, is_unsure)],
        [*found.rest[1], *compress(found.right, is_unsure)],
    )
    return Equals(list(compress(found.left, is_sure)), list(compress(found.right, is_sure)), rest)


def _several(found: Iterable[int], hashes: Sequence[int]) -> set[int]:
    """Return the hashes that were not new when their row came: a dictionary has its keys in the order they came."""
    news = iter(found)
    new = next(news, None)
    several = set()
    for one in hashes:
        if one is new:
            new = next(news, None)
        else:
            several.add(one)
    return several


def _are_proved(values: Iterable[tuple[Any, ...]]) -> bool:
    """Return whether there are only texts, dates and times."""
    return set(map(type, chain.from_iterable(values))) <= _PROVED
