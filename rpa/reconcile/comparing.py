"""Puts every row of two tables in exactly one group: by one key after the other."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

from rpa.connectors.spreadsheet import RejectedRow, Table
from rpa.exceptions import UsageError
from rpa.reconcile import words
from rpa.reconcile.equals import Side
from rpa.reconcile.fields import Field, differences, reader, row_reader
from rpa.reconcile.groups import Comparison, Group, Kind
from rpa.reconcile.keyed import by_first_key
from rpa.reconcile.nearness import Loose, by_later_key
from rpa.reconcile.passes import Pass, is_blank

L = TypeVar("L")
R = TypeVar("R")
Groups: TypeAlias = list[Group[Any, Any]]


def compare(left: Iterable[L], right: Iterable[R], *, passes: Sequence[Pass], fields: Sequence[Field] = (),
            names: tuple[str, str] = ("the left", "the right")) -> Comparison[L, R]:  # fmt: skip
    """Put every row of both sides in exactly one group; which rows are together does not depend on their order.

    Args:
        left: One table: typed rows, or mappings by heading. Rows of a sheet that could not be read are kept apart.
        right: The other.
        passes: The keys, the exact one first; each sees only the rows that those before it left.
        fields: What is compared in a pair; without any, every pair agrees.
        names: What people call the two tables, for the reasons.

    Raises:
        UsageError: there is no pass, or the keys of the two sides are of different types.
    """
    if not passes:
        raise UsageError("found no pass, expected at least one: say which key makes two rows a pair")
    unread = (_unread(left), _unread(right))
    with _without_collector():
        return _compared(_Judge(list(left), list(right), fields, names), passes, fields, unread)


def _unread(side: Iterable[Any]) -> Sequence[RejectedRow]:
    return side.rejected if isinstance(side, Table) else ()


def _compared(judge: "_Judge", passes: Sequence[Pass], fields: Sequence[Field],
              unread: tuple[Sequence[RejectedRow], Sequence[RejectedRow]]) -> Comparison[Any, Any]:  # fmt: skip
    keyed = by_first_key(passes[0], *judge.sides(passes[0]))
    groups, loose = [judge.first(passes[0], *rows) for rows in keyed.groups], keyed.loose
    for one in passes[1:]:
        found, loose = by_later_key(one, loose)
        groups += [judge.later(one, *rows) for rows in found]
    groups += judge.lonely(passes, loose)
    rows = (len(judge.left), len(judge.right))
    return Comparison(rows, keyed.left, keyed.right, groups, tuple(passes), tuple(fields), judge.names, unread)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the collector of cycles its looks at all rows: nothing here makes a cycle, and all that is made is kept.

    What was made is put among what the collector has seen often, or it would look at all of it on the way out.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


class _Judge:
    """Says of rows that are together what they are, and why."""

    def __init__(self, left: list[Any], right: list[Any], fields: Sequence[Field], names: tuple[str, str]) -> None:
        self.left, self.right, self.names = left, right, names
        self._fields = [one for one in fields if one.counts]
        self._readings = (
            [one.left for one in self._fields],
            [one.left if one.right is None else one.right for one in self._fields],
        )
        self._read = (row_reader(self._readings[0], left), row_reader(self._readings[1], right))

    def sides(self, one: Pass) -> tuple[Side, Side]:
        """Return both tables with what is read of their rows in the first pass."""
        right_key = one.left if one.right is None else one.right
        return Side(self.left, one.left, self._readings[0]), Side(self.right, right_key, self._readings[1])

    def first(self, one: Pass, left: list[Any], right: list[Any]) -> Group[Any, Any]:
        """Return the group of rows that share the key of the first pass."""
        if len(left) == len(right) == 1:
            return self._pair(one, left[0], right[0])
        reason = words.of_repeated(one.name, (len(left), len(right)), self.names)
        return Group(Kind.REPEATED, tuple(left), tuple(right), one.name, reason)

    def later(self, one: Pass, left: list[Any], right: list[Any]) -> Group[Any, Any]:
        """Return the group of rows that a later pass put together."""
        if len(left) == len(right) == 1:
            return self._pair(one, left[0], right[0])
        reason = words.of_several(one.words, (len(left), len(right)), self.names)
        return Group(Kind.AMBIGUOUS, tuple(left), tuple(right), one.name, reason)

    def lonely(self, passes: Sequence[Pass], loose: Loose) -> Groups:
        """Return a group for each row that no pass found a partner for."""
        keys_left = [reader(one.left, self.left) for one in passes]
        keys_right = [reader(one.left if one.right is None else one.right, self.right) for one in passes]
        tried = [one.words for one in passes]
        left = zip(loose[0], _reasons(tried, keys_left, loose[0], self.names[1]), strict=True)
        right = zip(loose[1], _reasons(tried, keys_right, loose[1], self.names[0]), strict=True)
        return [
            *(Group(Kind.LEFT_ONLY, (row,), (), reason=why) for row, why in left),
            *(Group(Kind.RIGHT_ONLY, (), (row,), reason=why) for row, why in right),
        ]

    def _pair(self, one: Pass, left: Any, right: Any) -> Group[Any, Any]:
        found = differences(self._fields, self._read[0](left), self._read[1](right), self.names)
        if not one.counts:
            return Group(Kind.ALIKE, (left,), (right,), one.name, words.of_alike(one.words, found), found)
        kind = Kind.DIFFERENT if found else Kind.SAME
        for difference in found:
            if difference.moved:
                kind = Kind.MOVED
        return Group(kind, (left,), (right,), one.name, words.of_pair(one.words, found), found)


def _reasons(tried: Sequence[str], keys: Sequence[Callable[[Any], Any]], rows: Sequence[Any],
             other: str) -> Iterator[str]:  # fmt: skip
    """Yield for each row why it has no partner: the words depend only on which of its keys are blank."""
    said: dict[tuple[bool, ...], str] = {}
    for blanks in zip(*(map(is_blank, map(key, rows)) for key in keys), strict=True):
        if blanks not in said:
            said[blanks] = words.of_lonely(list(zip(tried, blanks, strict=True)), other)
        yield said[blanks]
