"""Later passes: they see only rows without a partner, and may ask for a day that is near."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from rpa.reconcile.fields import Reading, reader
from rpa.reconcile.passes import Pass, check_types, is_blank

Loose: TypeAlias = tuple[list[Any], list[Any]]
"""Rows of the left and of the right that have no partner yet."""

Dated: TypeAlias = tuple[date, Any]
"""A row with its day."""
Block: TypeAlias = tuple[list[Dated], list[Dated]]
"""Rows of the left and of the right that have one key."""


@dataclass(frozen=True, slots=True)
class _Entry:
    day: date
    is_right: bool
    row: Any


def by_later_key(one: Pass, loose: Loose) -> tuple[list[Loose], Loose]:
    """Return the rows that a key puts together, and those that are left."""
    blocks, rest = _blocks(one, loose)
    found: list[Loose] = []
    for entries in blocks:
        for left, right in _parts(one, *entries):
            if left and right:
                found.append((left, right))
            else:
                rest[0].extend(left)
                rest[1].extend(right)
    return found, rest


def _blocks(one: Pass, loose: Loose) -> tuple[list[Block], Loose]:
    """Return the rows by each key that both sides have, and those whose key or day is blank or on one side alone."""
    blocks: dict[Hashable, Block] = defaultdict(lambda: ([], []))
    rest: Loose = ([], [])
    keys = [list(map(read, rows)) for read, rows in zip(_both(one.left, one.right, loose), loose, strict=True)]
    check_types(one, *keys)
    shared = {key for key in set(keys[0]).intersection(keys[1]) if not is_blank(key)}
    read_days = _both(one.day, one.right_day, loose) if one.day is not None else (_always, _always)
    for side, (rows, read_day) in enumerate(zip(loose, read_days, strict=True)):
        for key, row in zip(keys[side], rows, strict=True):
            day = read_day(row) if key in shared else None
            if day is None:
                rest[side].append(row)
            else:
                blocks[key][side].append((day, row))
    return list(blocks.values()), rest


def _both(left: Reading, right: Reading | None, loose: Loose) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return reader(left, loose[0]), reader(left if right is None else right, loose[1])


def _always(_: Any) -> date:
    return date.min


def _parts(one: Pass, left: list[Dated], right: list[Dated]) -> Iterator[Loose]:
    """Cut rows with one key into those that are near each other; most keys are on one side alone."""
    if one.day is None or not left or not right:
        yield [row for _, row in left], [row for _, row in right]
        return
    entries = [_Entry(day, bool(side), row) for side, rows in enumerate((left, right)) for day, row in rows]
    for cluster in _clusters(sorted(entries, key=lambda entry: entry.day), one.days):
        yield (
            [entry.row for entry in cluster if not entry.is_right],
            [entry.row for entry in cluster if entry.is_right],
        )


def _clusters(entries: Sequence[_Entry], days: int) -> Iterator[list[_Entry]]:
    """Cut entries in the order of their days wherever no two of different sides are near across the cut.

    Near rows of different sides hold together all that lies between them, so one pass finds the same clusters as
    following every link would.
    """
    ahead = _first_ahead(entries)
    behind: list[date | None] = [None, None]
    cluster: list[_Entry] = []
    for entry, (next_left, next_right) in zip(entries, ahead, strict=True):
        if cluster and not (_near(behind[0], next_right, days) or _near(behind[1], next_left, days)):
            yield cluster
            cluster = []
        cluster.append(entry)
        behind[entry.is_right] = entry.day
    if cluster:
        yield cluster


def _first_ahead(entries: Sequence[_Entry]) -> list[tuple[date | None, date | None]]:
    """Return for each place the first day, from there on, of the left and of the right side."""
    found: list[tuple[date | None, date | None]] = []
    first: list[date | None] = [None, None]
    for entry in reversed(entries):
        first[entry.is_right] = entry.day
        found.append((first[0], first[1]))
    return found[::-1]


def _near(earlier: date | None, later: date | None, days: int) -> bool:
    return earlier is not None and later is not None and (later - earlier).days <= days
