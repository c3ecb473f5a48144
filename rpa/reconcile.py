"""Compares two tables of typed rows: every row of both is in exactly one group, so the totals balance by construction.

First by key: one row on each side is the same case, more than one on a side is a key that is repeated. What finds no
partner is compared by likeness: equal values and a day that is not far off. Likeness never proves anything, so those
groups are for a person to decide.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

__all__ = ["Group", "Kind", "Likeness", "Side", "compare", "totals"]

T = TypeVar("T")
L = TypeVar("L")
R = TypeVar("R")


class Kind(StrEnum):
    """How the rows of a group were found to belong together."""

    SAME = "same"
    """One row on each side has the key."""
    REPEATED = "repeated"
    """More than one row of a side has the key; the other side may have any number."""
    ALIKE = "alike"
    """One row on each side, by likeness alone."""
    AMBIGUOUS = "ambiguous"
    """Rows of both sides are alike, and more than one of a side."""
    LEFT_ONLY = "left_only"
    """Nothing on the right is like it."""
    RIGHT_ONLY = "right_only"
    """Nothing on the left is like it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes rows without a common key alike: equal values, and days that are not far apart."""

    values: Hashable
    day: date


@dataclass(frozen=True, slots=True)
class Side(Generic[T]):
    """One of the tables, and how its rows are compared; a row whose key or likeness is None has none."""

    rows: Iterable[T]
    key: Callable[[T], Hashable | None]
    likeness: Callable[[T], Likeness | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Group(Generic[L, R]):
    """Rows of both sides that belong together."""

    kind: Kind
    left: tuple[L, ...]
    right: tuple[R, ...]


def compare(left: Side[L], right: Side[R], *, days: int = 0) -> list[Group[L, R]]:
    """Put every row of both sides in exactly one group; which rows are together does not depend on their order.

    Args:
        left: One table.
        right: The other.
        days: How far apart the days of rows that are alike may be.
    """
    groups: list[Group[L, R]] = []
    loose: _Rows[L, R] = _Rows([], [])
    for rows in _by_key(left, right):
        if (rows.left and rows.right) or len(rows.left) > 1 or len(rows.right) > 1:
            is_same = len(rows.left) == len(rows.right) == 1
            groups.append(rows.group(Kind.SAME if is_same else Kind.REPEATED))
        else:
            loose.left.extend(rows.left)
            loose.right.extend(rows.right)
    return groups + list(_by_likeness(((loose.left, left.likeness), (loose.right, right.likeness)), days))


def totals(groups: Iterable[Group[L, R]]) -> Mapping[Kind, tuple[int, int]]:
    """Count the rows of each side by kind of group; each side adds up to the rows of its table."""
    counted: dict[Kind, tuple[int, int]] = dict.fromkeys(Kind, (0, 0))
    for group in groups:
        left, right = counted[group.kind]
        counted[group.kind] = (left + len(group.left), right + len(group.right))
    return counted


@dataclass(frozen=True, slots=True)
class _Rows(Generic[L, R]):
    left: list[L]
    right: list[R]

    def group(self, kind: Kind) -> Group[L, R]:
        return Group(kind, tuple(self.left), tuple(self.right))


def _by_key(left: Side[L], right: Side[R]) -> Iterator[_Rows[L, R]]:
    found: dict[Hashable, _Rows[L, R]] = defaultdict(lambda: _Rows([], []))
    for row in left.rows:
        found[_or_alone(left.key(row))].left.append(row)
    for other in right.rows:
        found[_or_alone(right.key(other))].right.append(other)
    yield from found.values()


def _or_alone(value: Hashable | None) -> Hashable:
    """Return the value, or what equals nothing else, so that rows without a value stay by themselves."""
    return object() if value is None else value


@dataclass(frozen=True, slots=True)
class _Entry:
    day: date
    is_right: bool
    row: Any


def _by_likeness(sides: Sequence[tuple[list[Any], Callable[[Any], Likeness | None]]],
                 days: int) -> Iterator[Group[Any, Any]]:  # fmt: skip
    blocks: dict[Hashable, list[_Entry]] = defaultdict(list)
    for is_right, (rows, likeness) in enumerate(sides):
        for row in rows:
            like = likeness(row) or Likeness(None, date.min)
            blocks[_or_alone(like.values)].append(_Entry(like.day, bool(is_right), row))
    for entries in blocks.values():
        for cluster in _clusters(sorted(entries, key=lambda entry: entry.day), days):
            yield _likely(cluster)


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


def _likely(cluster: Sequence[_Entry]) -> Group[Any, Any]:
    sides = Counter(entry.is_right for entry in cluster)
    left = tuple(entry.row for entry in cluster if not entry.is_right)
    right = tuple(entry.row for entry in cluster if entry.is_right)
    if not left or not right:
        return Group(Kind.LEFT_ONLY if left else Kind.RIGHT_ONLY, left, right)
    return Group(Kind.ALIKE if max(sides.values()) == 1 else Kind.AMBIGUOUS, left, right)
