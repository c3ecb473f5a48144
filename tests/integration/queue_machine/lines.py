"""The law of turns: within a workflow and a priority, jobs take turns, whatever their size and whatever comes back.

In a round each job has at most one turn for a row as it came, and one for an item that comes back (after a fault, a
crash, or because a person said so). So:

* the n-th item of a job waits for at most n turns of each other job, and for n + 1 of what comes back to that one;
* a job that has had a turn gets the next before another job has had more than two;
* the items of a job are taken in the order in which they came.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

Line = tuple[str, int]
"""A workflow and a priority."""
FRESH, BACK = "fresh", "back"


class Waiting(Protocol):
    """What is asked of an item."""

    id: int
    job: int
    workflow: str
    priority: int
    available_at: datetime


@dataclass
class Place:
    """Where an item stands: it is the `number`-th of its job, counted from 0, that came fresh or that came back."""

    job: int
    kind: str
    number: int
    passed: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often items of other jobs were taken since it stands there."""


@dataclass
class OneLine:
    places: dict[int, Place] = field(default_factory=dict)
    came_back: Counter[int] = field(default_factory=Counter)
    """How many of a job came back since none of it waited."""
    since: dict[int, Counter[tuple[int, str]]] = field(default_factory=dict)
    """What was taken since a job had its last turn for a row as it came."""

    def waits(self, job: int, kind: str) -> list[Place]:
        return [one for one in self.places.values() if (one.job, one.kind) == (job, kind)]


class Lines:
    """Who waits where, and whether whoever is taken may be."""

    def __init__(self) -> None:
        self._expected: dict[int, int] = {}
        self._lines: dict[Line, OneLine] = {}
        self._gaps: set[int] = set()

    def expect(self, item: Waiting, number: int) -> None:
        """An item was submitted, as the `number`-th of its job: it gets its place when its time comes."""
        self._expected[item.id] = number

    def arrive(self, pending: Iterable[Waiting], now: datetime) -> None:
        """Give a place to whatever has none and may be taken from now on."""
        for one in sorted(pending, key=lambda one: (one.available_at, one.id)):
            line = self._line(one)
            if one.available_at <= now and one.id not in line.places:
                line.places[one.id] = self._place(line, one)

    def cancelled(self, item: Waiting) -> None:
        """An item is not to be done: the others of its job keep their places."""
        place = self._line(item).places.pop(item.id, None)
        if self._expected.pop(item.id, None) is not None or (place is not None and place.kind == FRESH):
            self._gaps.add(item.job)

    def taken(self, item: Waiting) -> None:
        """An item is taken: nobody else may have waited for longer than the law says."""
        line = self._line(item)
        mine = line.places.pop(item.id)
        before = [one.number for one in line.waits(mine.job, mine.kind) if one.number < mine.number]
        assert not before, f"item {item.id} was taken before others of its job"
        self._pass(line, mine)
        for job, since in line.since.items():
            if job != mine.job and line.waits(job, FRESH) and job not in self._gaps:
                since[mine.job, mine.kind] += 1
                most = 2 if mine.kind == FRESH else 1
                assert since[mine.job, mine.kind] <= most, f"job {mine.job} had its turns twice while job {job} waited"
        if mine.kind == FRESH:
            line.since[mine.job] = Counter()

    def _pass(self, line: OneLine, mine: Place) -> None:
        for number, one in line.places.items():
            if one.job != mine.job:
                one.passed[mine.job, mine.kind] += 1
                turns, most = one.passed[mine.job, mine.kind], one.number + (1 if mine.kind == FRESH else 2)
                assert turns <= most, f"job {mine.job} had {turns} {mine.kind} turns while item {number} waited"

    def _place(self, line: OneLine, one: Waiting) -> Place:
        number = self._expected.pop(one.id, None)
        if number is not None:
            return Place(one.job, FRESH, number)
        if not line.waits(one.job, BACK):
            line.came_back[one.job] = 0
        line.came_back[one.job] += 1
        return Place(one.job, BACK, line.came_back[one.job] - 1)

    def _line(self, item: Waiting) -> OneLine:
        return self._lines.setdefault((item.workflow, item.priority), OneLine())
