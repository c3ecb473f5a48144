"""Drains items that do nothing, by one worker and by two: workers as people start them, the record on."""

from collections.abc import Callable, Mapping, Sequence

from benchmarks.contest import Contestant, contestants
from benchmarks.figures import Beside, Figure, at_least, in_turn

ITEMS, ROUNDS, JOBS = 2_000, 3, 4
"""Items a worker has, and the jobs they come from where they don't come from one."""
_KINDS = ("SQLite", "PostgreSQL")


def rate_of(contestant: Contestant, workers: int, *, jobs: int = 1) -> float:
    """Return the items a second while all the workers work: from when the last has begun until the first has done."""
    number = ITEMS * workers
    with contestant.arena() as arena:
        arena.ask("submit", "nothing", str(number), BENCH_JOBS=str(jobs))
        for place in range(workers):
            arena.start_worker(f"worker-{place}")
        arena.marks.wait_for(number, processes=workers if contestant.is_endless else 0)
        if contestant.begins_all_at_once:
            ended = float(arena.ask("ended", str(number))["at"])
            return number / (ended - min(map(min, arena.marks.times())))
        return rate_while_all(arena.marks.times())


def rate_while_all(times: Sequence[Sequence[float]]) -> float:
    """Return the rate of items over the time in which every process that began some was at work."""
    busy = [sorted(one) for one in times if one]
    began, over = max(one[0] for one in busy), min(one[-1] for one in busy)
    assert over > began, "the workers were never at work at the same time: more items are needed"
    within = sum(began <= at <= over for one in busy for at in one)
    return (within - 1) / (over - began)


def figures() -> list[Figure | Beside]:
    """Measure all in turn."""
    with contestants(floors=True) as all_of_them:
        measures = {f"{one.name}, {workers}": _measure(one, workers) for one in all_of_them for workers in (1, 2)}
        by_name = {one.name: one for one in all_of_them}
        for kind in _KINDS:
            measures[f"{kind}, {JOBS} jobs"] = _measure(by_name[f"rpa, {kind}"], 2, jobs=JOBS)
        found = in_turn(measures, ROUNDS, unit="a second")
    return [*_ours(found), *(cell for one in by_name for cell in _beside(one, found))]


def _measure(contestant: Contestant, workers: int, *, jobs: int = 1) -> Callable[[], float]:
    return lambda: rate_of(contestant, workers, jobs=jobs)


def _ours(found: Mapping[str, float]) -> list[Figure]:
    half, more = at_least(0.5, "at least 0.50 of the floor's rate"), at_least(1.7, "at least 1.70 of one worker's")
    made = []
    for kind in _KINDS:
        one, two, several = (found[name] for name in (f"rpa, {kind}, 1", f"rpa, {kind}, 2", f"{kind}, {JOBS} jobs"))
        bare, pair = found[f"floor, {kind}, 1"], found[f"floor, {kind}, 2"]
        bar = more if kind == "PostgreSQL" else None
        made += [
            Figure(f"Drain, {kind}, 1 worker", one, "a second", "two bare durable commits", bare, half),
            Figure(f"Drain, {kind}, 2 workers, one job", two, "a second", "1 worker", one, bar),
            Figure(f"Drain, {kind}, 2 workers, {JOBS} jobs", several, "a second", "1 worker", one, bar),
            Figure(f"Bare commits, {kind}, 2 writers", pair, "a second", "1 writer", bare),
        ]
    return made


def _beside(name: str, found: Mapping[str, float]) -> list[Beside]:
    one, two = found[f"{name}, 1"], found[f"{name}, 2"]
    return [Beside(name, "Drain, 1 worker", f"{one:,.0f}"), Beside(name, "2 workers", f"{two:,.0f} ({two / one:.2f}x)")]
