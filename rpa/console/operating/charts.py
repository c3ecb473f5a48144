"""Bars in SVG, with marks inside so that they are told apart without colour; the numbers stand in a table as well."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH = 200, 700
_LEAST = 16.0
"""So high that a mark fits into it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar, from its top on, in units of the picture."""

    kind: str
    mark: str
    count: int
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, and where it stands."""

    label: str
    left: float
    width: float
    parts: Sequence[Part]


def bars(columns: Sequence[tuple[str, Sequence[tuple[str, str, int]]]]) -> list[Bar]:
    """Return a bar for each column: its label, and the kind, mark and count of each part from the bottom up."""
    most = max((sum(count for _, _, count in parts) for _, parts in columns), default=0)
    step = WIDTH / max(len(columns), 1)
    return [
        Bar(label, round(number * step + step * 0.15, 1), round(step * 0.7, 1), _stacked(parts, most))
        for number, (label, parts) in enumerate(columns)
    ]


def _stacked(parts: Sequence[tuple[str, str, int]], most: int) -> list[Part]:
    found, bottom = list[Part](), float(HEIGHT)
    room = HEIGHT - _LEAST * (len(parts) - 1)  # what the small ones are given beyond their share must fit in
    for kind, mark, count in parts:
        if count:
            height = max(_LEAST, room * count / most)
            bottom -= height
            found.append(Part(kind, mark, count, round(bottom, 1), round(height, 1)))
    return found
