"""Kills a worker with SIGKILL amid its items, lets another go on, and counts what is lost and what is done twice."""

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random

from benchmarks.contest import Arena, Contestant, contestants
from benchmarks.figures import Beside, Figure

ITEMS, KILLS = 60, 10
SECONDS, SECONDS_AFTER = 100.0, 40.0
"""What the last worker has, and what there is once a person has stepped in."""
_LONGEST = 0.4
"""Seconds until the kill. An item takes 0.1, half of them before its effect and half after."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of the items: how many had no effect, and how many had one too many."""

    lost: int
    repeated: int
    lost_at_last: int
    """Once a person has stepped in."""
    repeated_at_last: int


def fate_of(contestant: Contestant) -> Fate:
    """Kill one worker after the other at a random moment of its work, and let the last go on."""
    moments = Random(contestant.name)  # noqa: S311 - the same moments each time, no secret
    with contestant.arena() as arena:
        arena.ask("submit", "effect", str(ITEMS))
        for number in range(KILLS):
            worker, begun = arena.start_worker(f"killed-{number}"), sum(arena.marks.counts())
            arena.marks.wait_for(begun + 1)
            time.sleep(moments.uniform(0, _LONGEST))
            worker.kill()
        arena.start_worker("last")
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
        for number in range(KILLS):
            arena.start_worker(f"killed-{number}")
    else:
        arena.ask("step-in")
    time.sleep(SECONDS_AFTER)


def figures() -> list[Figure | Beside]:
    """Measure all at the same time: nothing here is a matter of speed."""
    with contestants() as all_of_them, ThreadPoolExecutor(len(all_of_them)) as pool:
        fates = list(pool.map(fate_of, all_of_them))
        for one, fate in zip(all_of_them, fates, strict=True):
            print(f"  {one.name}: {fate}", flush=True)
    return [cell for one, fate in zip(all_of_them, fates, strict=True) for cell in _cells(one, fate)]


def _cells(contestant: Contestant, fate: Fate) -> Sequence[Beside]:
    stepped = f"; then {fate.lost_at_last} lost, {fate.repeated_at_last} repeated" if fate.lost else ""
    return (
        Beside(contestant.name, f"{KILLS} x kill -9", f"{fate.lost} lost, {fate.repeated} repeated"),
        Beside(contestant.name, "Who has to step in", contestant.stepping_in + stepped),
    )
