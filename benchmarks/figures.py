"""What a benchmark found: a figure, the floor or peer it was measured beside, and the bar it should clear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Bar:
    """A limit on a number, and the words for it."""

    words: str
    holds: Callable[[float], bool]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    value: float
    unit: str
    beside: str = ""
    """The floor or the peer, measured in the same run; empty where there is none."""
    other: float | None = None
    bar: Bar | None = None
    judged: float | None = None
    """What the bar is held against, if it isn't the ratio."""

    @property
    def ratio(self) -> float | None:
        """The figure as a share of its floor or peer."""
        return None if self.other is None else self.value / self.other

    @property
    def is_met(self) -> bool | None:
        """Does the figure clear its bar; None without one."""
        number = self.ratio if self.judged is None else self.judged
        return None if self.bar is None or number is None else self.bar.holds(number)

    def cells(self) -> tuple[str, ...]:
        """Return the figure as a line of the table."""
        beside = "" if self.other is None else f"{self.beside}: {_amount(self.other, self.unit)}"
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {True: "yes", False: "NO", None: ""}[self.is_met]
        return (self.what, _amount(self.value, self.unit), beside, ratio, self.bar.words if self.bar else "", met)


def at_most(limit: float, words: str) -> Bar:
    """Return a bar that a number clears from below."""
    return Bar(words, lambda number: number <= limit)


def at_least(limit: float, words: str) -> Bar:
    """Return a bar that a number clears from above."""
    return Bar(words, lambda number: number >= limit)


@dataclass(frozen=True, slots=True)
class Beside:
    """What one engine shows in one column of the table in which all stand side by side."""

    engine: str
    column: str
    text: str


def in_turn(measures: Mapping[str, Callable[[], float]], rounds: int, *, unit: str = "s") -> dict[str, float]:
    """Run all measures once a round, every second round backwards, and return each one's median.

    What else the machine does then hits all of them alike, and none always runs after the same other one. Each round
    is printed: rounds that disagree say that the machine was too busy for the medians to be believed.
    """
    found: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds):
        for name in list(measures)[:: 1 if number % 2 == 0 else -1]:
            found[name].append(measures[name]())
        latest = ", ".join(f"{name} {_amount(values[-1], unit)}" for name, values in found.items())
        print(f"  round {number + 1}: {latest}", flush=True)
    return {name: median(values) for name, values in found.items()}


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
