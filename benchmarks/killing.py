"""Kills a worker with SIGKILL amid its items, lets another go on, and counts what is lost and what is done twice."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from benchmarks.contest import Arena, Contestant, contestants
from benchmarks.figures import Beside, Figure

ITEMS, ROUNDS = 20, 2
SECONDS, SECONDS_AFTER = 100.0, 20.0
"""What the other worker has, and what there is once a person has stepped in."""
_BUSY = 0.1
"""Seconds an item takes, half of them before its effect and half after."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the items: how many had no effect, how many had one too many, and lost after somebody stepped in."""

    lost: int = 0
    repeated: int = 0
    lost_at_last: int = 0
    repeated_at_last: int = 0

    def __add__(self, other: "Fate") -> "Fate":
        return Fate(self.lost + other.lost, self.repeated + other.repeated, self.lost_at_last + other.lost_at_last,
                    self.repeated_at_last + other.repeated_at_last)  # fmt: skip


def fate_of(contestant: Contestant, seed: int) -> Fate:
    """Kill a worker once, at a moment that the seed chooses."""
    moment = Random(f"{contestant.name} {seed}").uniform(0.5, ITEMS - 1.5) * _BUSY  # noqa: S311 - no secret
    with contestant.arena() as arena:
        arena.ask("submit", "effect", str(ITEMS))
        killed = arena.start_worker("killed")
        arena.marks.wait_for(1)
        time.sleep(moment)
        killed.kill()
        arena.start_worker("other")
        time.sleep(SECONDS)
        lost, repeated = _counted(arena)
        if lost:
            _step_in(arena, contestant)
        return Fate(lost, repeated, *_counted(arena))


def _counted(arena: Arena) -> tuple[int, int]:
    had = Counter(arena.effects.read_text(encoding="ascii").split() if arena.effects.exists() else ())
    return ITEMS - len(had), had.total() - len(had)


def _step_in(arena: Arena, contestant: Contestant) -> None:
    if contestant.comes_back:
        arena.start_worker("killed")
    else:
        arena.ask("step-in")
    time.sleep(SECONDS_AFTER)


def figures() -> list[Figure | Beside]:
    """Give all of them the same rounds, at the same time: nothing here is a matter of speed."""
    with contestants() as all_of_them, ThreadPoolExecutor(len(all_of_them)) as pool:
        found = {one.name: Fate() for one in all_of_them}
        for seed in range(ROUNDS):
            fates = pool.map(lambda one, seed=seed: fate_of(one, seed), all_of_them)  # type: ignore[misc]
            for one, fate in zip(all_of_them, fates, strict=True):
                print(f"  round {seed + 1}, {one.name}: {fate}", flush=True)
                found[one.name] += fate
    return [cell for one in all_of_them for cell in _cells(one, found[one.name])]


def _cells(contestant: Contestant, fate: Fate) -> Sequence[Beside]:
    of = f"of {ITEMS * ROUNDS}"
    stepped = f"; then lost {fate.lost_at_last}, repeated {fate.repeated_at_last}" if fate.lost else ""
    return (
        Beside(contestant.name, "kill -9", f"lost {fate.lost}, repeated {fate.repeated} {of}"),
        Beside(contestant.name, "Who has to step in", contestant.stepping_in + stepped),
    )
