"""Puts every row of two tables in exactly one group: by one key after the other."""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from operator import ne
from typing import Any, TypeVar

from rpa.exceptions import UsageError
from rpa.reconcile import words
from rpa.reconcile.fields import Field, differences, reader, values_of
from rpa.reconcile.groups import Comparison, Group, Kind
from rpa.reconcile.keyed import Keyed, by_first_key
from rpa.reconcile.nearness import Loose, by_later_key
from rpa.reconcile.passes import Pass, is_blank

L = TypeVar("L")
R = TypeVar("R")
Groups = list[Group[Any, Any]]


def compare(left: Iterable[L], right: Iterable[R], *, passes: Sequence[Pass], fields: Sequence[Field] = (),
            names: tuple[str, str] = ("the left", "the right")) -> Comparison[L, R]:  # fmt: skip
    """Put every row of both sides in exactly one group; which rows are together does not depend on their order.

    Args:
        left: One table: typed rows, or mappings by heading.
        right: The other.
        passes: The keys, the exact one first; each sees only the rows that those before it left.
        fields: What is compared in a pair; without any, every pair agrees.
        names: What people call the two tables, for the reasons.

    Raises:
        UsageError: there is no pass, or the keys of the two sides are of different types.
    """
    if not passes:
        raise UsageError("found no pass, expected at least one: say which key makes two rows a pair")
    judge = _Judge(list(left), list(right), fields, names)
    keyed = by_first_key(passes[0], judge.left, judge.right)
    same_left, same_right, groups = judge.pairs(passes[0], keyed)
    groups += [judge.repeated(passes[0], *rows) for rows in keyed.repeated]
    loose = keyed.loose
    for one in passes[1:]:
        found, loose = by_later_key(one, loose)
        groups += [judge.later(one, *rows) for rows in found]
    groups += judge.lonely(passes, loose)
    rows = (len(judge.left), len(judge.right))
    return Comparison(rows, same_left, same_right, groups, tuple(passes), tuple(fields), names)


class _Judge:
    """Says of rows that are together what they are, and why."""

    def __init__(self, left: list[Any], right: list[Any], fields: Sequence[Field], names: tuple[str, str]) -> None:
        self.left, self.right, self._names = left, right, names
        self._fields = [one for one in fields if one.counts]
        self._read_left = [reader(one.left, left) for one in self._fields]
        self._read_right = [reader(one.left if one.right is None else one.right, right) for one in self._fields]

    def pairs(self, one: Pass, keyed: Keyed) -> tuple[list[Any], list[Any], Groups]:
        """Part the pairs of the first pass: those that agree, and the others with their reasons.

        Nearly all agree as they are, so one look at all values at a time finds the few that have to be judged.
        """
        if not self._fields and one.counts:
            return keyed.left, keyed.right, []
        differ = [True] * len(keyed.left)
        if one.counts:
            differ = list(map(ne, values_of(self._read_left, keyed.left), values_of(self._read_right, keyed.right)))
        judged = [self._pair(one, *pair) for pair in zip(compress(keyed.left, differ), compress(keyed.right, differ),
                                                         strict=True)]  # fmt: skip
        for place, group in zip(compress(range(len(differ)), differ), judged, strict=True):
            differ[place] = group.kind is not Kind.SAME
        agree = [not one for one in differ]
        return (
            list(compress(keyed.left, agree)),
            list(compress(keyed.right, agree)),
            [group for group in judged if group.kind is not Kind.SAME],
        )

    def repeated(self, one: Pass, left: list[Any], right: list[Any]) -> Group[Any, Any]:
        """Return the group of rows that share the key of the first pass."""
        reason = words.of_repeated(one.name, (len(left), len(right)), self._names)
        return Group(Kind.REPEATED, tuple(left), tuple(right), one.name, reason)

    def later(self, one: Pass, left: list[Any], right: list[Any]) -> Group[Any, Any]:
        """Return the group of rows that a later pass put together."""
        if len(left) == len(right) == 1:
            return self._pair(one, left[0], right[0])
        reason = words.of_several(one.words, (len(left), len(right)), self._names)
        return Group(Kind.AMBIGUOUS, tuple(left), tuple(right), one.name, reason)

    def lonely(self, passes: Sequence[Pass], loose: Loose) -> Groups:
        """Return a group for each row that no pass found a partner for."""
        keys_left = [reader(one.left, self.left) for one in passes]
        keys_right = [reader(one.left if one.right is None else one.right, self.right) for one in passes]
        left = ((row, self._why(passes, keys_left, row, self._names[1])) for row in loose[0])
        right = ((row, self._why(passes, keys_right, row, self._names[0])) for row in loose[1])
        return [
            *(Group(Kind.LEFT_ONLY, (row,), (), reason=why) for row, why in left),
            *(Group(Kind.RIGHT_ONLY, (), (row,), reason=why) for row, why in right),
        ]

    def _pair(self, one: Pass, left: Any, right: Any) -> Group[Any, Any]:
        values = ([read(left) for read in self._read_left], [read(right) for read in self._read_right])
        found = differences(self._fields, *values, self._names)
        if not one.counts:
            return Group(Kind.ALIKE, (left,), (right,), one.name, words.of_alike(one.words, found), found)
        kind = Kind.DIFFERENT if found else Kind.SAME
        if any(difference.moved for difference in found):
            kind = Kind.MOVED
        return Group(kind, (left,), (right,), one.name, words.of_pair(one.words, found), found)

    @staticmethod
    def _why(passes: Sequence[Pass], keys: Sequence[Callable[[Any], Any]], row: Any, other: str) -> str:
        tried = [(one.words, is_blank(key(row))) for one, key in zip(passes, keys, strict=True)]
        return words.of_lonely(tried, other)
