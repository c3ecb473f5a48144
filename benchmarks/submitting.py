"""Submits many items: as one job, or one by one where an engine has no other way."""

from collections.abc import Callable

from benchmarks.contest import Contestant, contestants
from benchmarks.figures import Beside, Figure, in_turn

ITEMS, ONE_BY_ONE, ROUNDS = 100_000, 1_000, 3
_COLUMN = "Submit, items a second"


def rate_of(contestant: Contestant) -> float:
    """Return how many items a second a contestant stores; they are on the disk then."""
    number = ITEMS if contestant.in_bulk else ONE_BY_ONE
    with contestant.arena() as arena:
        return number / float(arena.ask("submit", "nothing", str(number))["seconds"])


def figures() -> list[Figure | Beside]:
    """Measure all in turn."""
    with contestants(floors=True) as all_of_them:
        found = in_turn({one.name: _measure(one) for one in all_of_them}, ROUNDS, unit="a second")
        beside = [Beside(one.name, _COLUMN, _text(found[one.name], one)) for one in all_of_them]
    ours = [
        Figure(f"Submit {ITEMS:,} items, {kind}", found[f"rpa, {kind}"], "a second", "bare rows in one transaction",
               found[f"floor, {kind}"])
        for kind in ("SQLite", "PostgreSQL")
    ]  # fmt: skip
    return [*ours, *beside]


def _measure(contestant: Contestant) -> Callable[[], float]:
    return lambda: rate_of(contestant)


def _text(rate: float, contestant: Contestant) -> str:
    return f"{rate:,.0f}" if contestant.in_bulk else f"{rate:,.0f} one by one"
