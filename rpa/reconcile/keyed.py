"""The first pass: its key tells every row, so what shares one is a duplicate."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count, repeat
from operator import lt, ne
from typing import Any

from rpa.reconcile.equals import NOBODY, Side, equal_places
from rpa.reconcile.nearness import Loose
from rpa.reconcile.passes import Pass, check_types, is_blank
from rpa.reconcile.picked import Picked


@dataclass(frozen=True, slots=True)
class Keyed:
    """What the first key puts together: each row is in an equal pair, in a group, or loose."""

    left: Picked[Any]
    """Rows that are alone with their key and have an equal on the right."""
    right: Picked[Any]
    """These equals, in the same order."""
    groups: list[Loose]
    """Other rows that share a key."""
    loose: Loose
    """Rows that are alone with their key, or have none."""


def by_first_key(one: Pass, left: Side, right: Side) -> Keyed:
    """Put rows with one key together.

    Raises:
        UsageError: the keys of the two sides are of different types, so that none could be equal.
    """
    partners = equal_places(left, right) if one.counts else [NOBODY] * len(left.rows)
    keys = list(map(right.read_key(), right.rows))
    first: dict[Any, int] = {}
    firsts = list(map(first.setdefault, keys, range(len(keys))))
    alone = list(compress(left.rows, map(lt, partners, repeat(0))))
    if len(alone) == len(partners):
        check_types(one, map(left.read_key(), left.rows), keys)
    # a row that is alone may be the second with a key whose first has met a partner: both are duplicates
    met_again = map(first.get, map(left.read_key(), alone), repeat(NOBODY))
    alone += map(left.rows.__getitem__, _give_up(partners, {*_unfit(first, firsts), *met_again}, len(keys)))
    is_free = _free(partners, len(keys))
    groups, loose = _together(
        zip(map(left.read_key(), alone), alone, strict=True),
        zip(compress(keys, is_free), compress(right.rows, is_free), strict=True),
    )
    has_partner = list(map(NOBODY.__ne__, partners))
    met = Picked(left.rows, compress(count(), has_partner)), Picked(right.rows, compress(partners, has_partner))
    return Keyed(*met, groups, loose)


def _unfit(first: Mapping[Any, int], firsts: Sequence[int]) -> Iterator[int]:
    """Yield the places of rows whose key is blank or comes again."""
    again = list(compress(count(), map(ne, firsts, count())))
    yield from again
    yield from map(firsts.__getitem__, again)
    if any(issubclass(one, tuple) for one in set(map(type, first))):
        yield from (first[key] for key in first if is_blank(key))
    else:
        yield from (first[key] for key in (None, "") if key in first)


def _give_up(partners: list[int], places: Iterable[int], size: int) -> list[int]:
    """Leave these rows of the other side without a partner, and return who had one."""
    is_wanted = bytearray(size + 1)
    for place in places:
        is_wanted[place] = 1
    is_wanted[NOBODY] = 0
    left = list(compress(count(), map(is_wanted.__getitem__, partners)))
    for place in left:
        partners[place] = NOBODY
    return left


def _free(partners: Sequence[int], size: int) -> bytearray:
    """Return of each row of the other side whether it is nobody's partner."""
    is_free = bytearray(b"\1") * (size + 1)
    for place in partners:
        is_free[place] = 0
    return is_free[:size]


def _together(left: Iterable[tuple[Any, Any]], right: Iterable[tuple[Any, Any]]) -> tuple[list[Loose], Loose]:
    """Return the rows that share a key, and those that are alone with theirs or have none."""
    sides = list(left), list(right)
    counted = Counter([key for rows in sides for key, _ in rows])
    found: dict[Hashable, Loose] = defaultdict(lambda: ([], []))
    loose: Loose = ([], [])
    for side, rows in enumerate(sides):
        for key, row in rows:
            if counted[key] > 1 and not is_blank(key):
                found[key][side].append(row)
            else:
                loose[side].append(row)
    return list(found.values()), loose
