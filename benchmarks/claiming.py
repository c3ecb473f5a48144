"""Claims with a thousand items waiting, and with a million."""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from benchmarks.contest import Arena, Contestant, contestants
from benchmarks.figures import Beside, Figure, at_most

FEW, MANY, CLAIMS, ROUNDS = 1_000, 1_000_000, 100, 3
_FLAT = at_most(1.5, "at most 1.50 of the time at a thousand")


def times_of(contestant: Contestant) -> tuple[float, float]:
    """Return the milliseconds of a claim among few and among many items, measured in turn."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(contestant.arena()) for _ in range(2))
        few.ask("fill", str(FEW))
        many.ask("fill", str(MANY))
        rounds = [(_claim(few), _claim(many)) for _ in range(ROUNDS)]
    return median(one for one, _ in rounds), median(one for _, one in rounds)


def _claim(arena: Arena) -> float:
    return float(median(arena.ask("claims", str(CLAIMS))["seconds"])) * 1000


def figures() -> list[Figure | Beside]:
    """Measure those that have a claim of one item."""
    with contestants() as all_of_them:
        return [line for one in all_of_them if one.claims_one for line in _lines(one)]


def _lines(contestant: Contestant) -> Iterator[Figure | Beside]:
    few, many = times_of(contestant)
    print(f"  {contestant.name}: {few:.3f} ms among {FEW:,}, {many:.3f} ms among {MANY:,}", flush=True)
    yield Beside(
        contestant.name, "Claim among a million : a thousand", f"{many:.2f} : {few:.2f} ms ({many / few:.2f}x)"
    )
    if contestant.name.startswith("rpa"):
        kind = contestant.name.removeprefix("rpa, ")
        yield Figure(f"Claim among {MANY:,} items, {kind}", many, "ms", f"among {FEW:,}", few, _FLAT)
