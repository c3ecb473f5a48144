"""What a comparison found: groups of rows that belong together, each with its reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from rpa.connectors.spreadsheet import RejectedRow
from rpa.reconcile.fields import Difference, Field
from rpa.reconcile.passes import Pass

L = TypeVar("L")
R = TypeVar("R")


class Kind(StrEnum):
    """How the rows of a group were found to belong together."""

    SAME = "same"
    """A pair, and all that is compared agrees."""
    DIFFERENT = "different"
    """A pair with fields that differ."""
    MOVED = "moved"
    """A pair with a date that was moved; other fields may differ, too."""
    REPEATED = "repeated"
    """More than one row of a side has the key of the first pass; the other side may have any number."""
    ALIKE = "alike"
    """One row on each side, by a pass that proves nothing."""
    AMBIGUOUS = "ambiguous"
    """Rows of both sides are alike by a later pass, and more than one of a side."""
    LEFT_ONLY = "left_only"
    """Nothing on the right is like it."""
    RIGHT_ONLY = "right_only"
    """Nothing on the left is like it."""


@dataclass(frozen=True, slots=True)
class Group(Generic[L, R]):
    """Rows of both sides that belong together."""

    kind: Kind
    left: tuple[L, ...]
    right: tuple[R, ...]
    by: str = ""
    """The name of the pass that put them together; empty if none did."""
    reason: str = ""
    """Why they are here, in plain words without a value."""
    differences: tuple[Difference, ...] = ()
    """What differs, in a pair."""


@dataclass(frozen=True, slots=True)
class Comparison(Generic[L, R]):
    """Every row of two tables, each in exactly one group.

    The many pairs that agree are kept as two lists, and become groups when they are looked at.
    """

    rows: tuple[int, int]
    """How many rows were compared, left and right."""
    same_left: Sequence[L]
    same_right: Sequence[R]
    """Pairs of the first pass that agree, each row beside its partner."""
    others: Sequence[Group[L, R]]
    """All other groups."""
    passes: Sequence[Pass]
    fields: Sequence[Field]
    names: tuple[str, str] = ("the left", "the right")
    """What people call the two tables."""
    unread: tuple[Sequence[RejectedRow], Sequence[RejectedRow]] = ((), ())
    """Rows of sheets that could not be read, so that nothing can be said of them; they are in no group."""

    def __iter__(self) -> Iterator[Group[L, R]]:
        by = self.passes[0].name
        reason = f"Matched by {by}; all that is compared agrees."
        for left, right in zip(self.same_left, self.same_right, strict=True):
            yield Group(Kind.SAME, (left,), (right,), by, reason)
        yield from self.others

    def __len__(self) -> int:
        return len(self.same_left) + len(self.others)

    def of(self, *kinds: Kind) -> list[Group[L, R]]:
        """Return the groups of these kinds."""
        return [group for group in (self if Kind.SAME in kinds else self.others) if group.kind in kinds]

    def totals(self) -> Mapping[Kind, tuple[int, int]]:
        """Count the rows of each side by kind of group; each side adds up to the rows of its table."""
        counted: dict[Kind, tuple[int, int]] = dict.fromkeys(Kind, (0, 0))
        counted[Kind.SAME] = (len(self.same_left), len(self.same_right))
        for group in self.others:
            left, right = counted[group.kind]
            counted[group.kind] = (left + len(group.left), right + len(group.right))
        return counted

    def differing(self) -> Mapping[str, int]:
        """Count by field in how many pairs it differs."""
        counted = {one.name: 0 for one in self.fields if one.counts}
        for group in self.others:
            for one in group.differences:
                counted[one.field] += 1
        return counted
