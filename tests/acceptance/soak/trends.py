"""Whether something grows: a line through what was measured, once everything is warm."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import linear_regression, median

Points = Sequence[tuple[float, float]]
"""Seconds, and what was measured then."""


@dataclass(frozen=True)
class Trend:
    """A line through points: where it begins and by how much it rises until their end."""

    begins: float
    grows: float

    @property
    def share(self) -> float:
        """How much it grows, by where it begins."""
        return self.grows / self.begins if self.begins else float(self.grows > 0)


def trend(points: Points) -> Trend:
    """Fit a line; fewer than two points tell of no growth."""
    if len(points) < 2:
        return Trend(points[0][1] if points else 0.0, 0.0)
    (first, _), (last, _) = points[0], points[-1]
    slope, intercept = linear_regression(*zip(*points, strict=True))
    return Trend(intercept + slope * first, slope * (last - first))


def creep(points: Points) -> float:
    """Return by how much it rises from first to last, but for the greatest step between two neighbours.

    One step is what was loaded when it was first needed, such as all that handles a fault; a leak has many.
    """
    values = [value for _, value in points]
    steps = [after - before for before, after in pairwise(values)]
    return values[-1] - values[0] - max(0.0, *steps) if len(steps) > 1 else 0.0


def settled(points: Points, *, since: float) -> Points:
    """Return the points from that second on."""
    return [one for one in points if one[0] >= since]


def step(points: Points) -> float:
    """Return by how much the median of the last half lies above that of the first: for what comes in whole numbers."""
    half = len(points) // 2
    if half == 0:
        return 0.0
    values = [value for _, value in points]
    return median(values[half:]) - median(values[:half])
