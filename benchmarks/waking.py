"""How soon an idle worker picks up what another process submits, from the commit to the item's first line."""

from collections.abc import Sequence
from math import ceil
from statistics import median

from benchmarks.contest import Contestant, contestants
from benchmarks.figures import Beside, Figure, at_most

ITEMS, WARM = 40, 5
"""Items submitted one by one with random gaps, and how many before them are not counted."""
_LIMITS = {"SQLite": 50.0, "PostgreSQL": 20.0}


def pick_ups(contestant: Contestant) -> list[float]:
    """Return the milliseconds of each item."""
    with contestant.arena() as arena:
        arena.ask("submit", "nothing", "1")
        arena.start_worker("idle")
        arena.marks.wait_for(1)
        submitted = arena.ask("ping", str(WARM + ITEMS))["submitted"]
        arena.marks.wait_for(1 + WARM + ITEMS)
        began = sorted(at for one in arena.marks.times() for at in one)[1:]
    # A body may begin before the submitting process has heard that its commit was made.
    return [max(0.0, at - stored) * 1000 for stored, at in zip(submitted, began, strict=True)][WARM:]


def p95(values: Sequence[float]) -> float:
    """Return the smallest value that 95 of 100 don't exceed."""
    return sorted(values)[ceil(len(values) * 0.95) - 1]


def figures() -> list[Figure | Beside]:
    """Measure one after the other."""
    made: list[Figure | Beside] = []
    with contestants() as all_of_them:
        for one in all_of_them:
            found = pick_ups(one)
            print(f"  {one.name}: p50 {median(found):.1f} ms, p95 {p95(found):.1f} ms", flush=True)
            made.append(Beside(one.name, "Pick-up, p50 / p95", f"{median(found):.1f} / {p95(found):.1f} ms"))
            kind = one.name.removeprefix("rpa, ")
            if kind in _LIMITS:
                bar = at_most(_LIMITS[kind], f"p95 at most {_LIMITS[kind]:.0f} ms")
                made.append(Figure(f"Pick-up by an idle worker, {kind}, p50", median(found), "ms"))
                made.append(Figure(f"Pick-up by an idle worker, {kind}, p95", p95(found), "ms", bar=bar,
                                   judged=p95(found)))  # fmt: skip
    return made
