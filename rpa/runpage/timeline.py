"""The timeline of a job: who asked, when the robot started, what it tried again, who stepped in, when it was done."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from rpa.audit import Entry
from rpa.runpage.words import counted, masked, uk_time
from rpa.states import Taken
from rpa.taking import how_taken

_MOST = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `count` events of the same kind in a row are one line."""

    at: datetime
    said: str
    detail: str
    entry: int


def timeline(entries: Sequence[Entry], *, started: Entry | None, attempts: int) -> list[Moment]:
    """Return the moments that matter, oldest first.

    Args:
        entries: Those of `TOLD`.
        started: The first claim of an item.
        attempts: How many claims there were.
    """
    told = list(_told(entries))
    if started is not None:
        said = f"The robot started; it has made {counted(attempts, 'attempt')} in all."
        told = sorted([*told, Moment(started.at, said, "", started.seq)], key=lambda one: one.entry)
    if len(told) <= _MOST:
        return told
    half = _MOST // 2
    said = f"{counted(len(told) - _MOST, 'more moment')}."
    between = Moment(told[half].at, said, "`rpa audit show` lists them all.", told[half].entry)
    return [*told[:half], between, *told[-half:]]


def _told(entries: Sequence[Entry]) -> Iterator[Moment]:
    # What the totals tell better is left out first; then a hundred retries in a row are one line, not a hundred.
    for (name, *_), some in groupby((one for one in entries if one.name in _SENTENCES), key=_sameness):
        group = list(some)
        said, detail = _SENTENCES[name](group)
        yield Moment(group[0].at, said, detail, group[0].seq)


def _sameness(one: Entry) -> tuple[str, ...]:
    """Tell apart what is worth a line of its own: who did it, and why."""
    return one.name, one.actor.name, one.why, str(one.facts.get("how", ""))


def _submitted(some: Sequence[Entry]) -> tuple[str, str]:
    one = some[0]
    files = ", ".join(str(each["file"]) for each in (one.payload or {}).get("inputs", ()))
    came = counted(int(one.facts.get("rows_in", 0)), "row")
    return f"{one.actor.name} submitted {came}.", files


def _tried_again(some: Sequence[Entry]) -> tuple[str, str]:
    codes = Counter(str(one.facts.get("code")) for one in some)
    reasons = ", ".join(f"{code} {counted(number, 'time')}" for code, number in sorted(codes.items()))
    last = some[-1].facts.get("retry_at")
    until = f" Last new try from {uk_time(datetime.fromisoformat(last), seconds=True)}." if last else ""
    return f"{counted(len(some), 'attempt')} did not get through; the robot tries again.", f"{reasons}.{until}"


def _rescued(some: Sequence[Entry]) -> tuple[str, str]:
    items = counted(len(some), "item")
    return f"A robot stopped in the middle of {items}; the work was put back for another.", _items(some)


def _confirmed(some: Sequence[Entry]) -> tuple[str, str]:
    changes = counted(len(some), "change")
    return f"{changes} begun before a break were found saved, and not made again.", _items(some)


def _deferred(some: Sequence[Entry]) -> tuple[str, str]:
    return f"{counted(len(some), 'item')} put off until later.", some[0].why


def _by_person(done: str) -> Any:
    def said(some: Sequence[Entry]) -> tuple[str, str]:
        one = some[0]
        why = masked(one.why)
        return f"{one.actor.name} {done} {counted(len(some), 'item')}.", f"Reason: {why}" if why else ""

    return said


def _taken(some: Sequence[Entry]) -> tuple[str, str]:
    one, items = some[0], counted(len(some), "item")
    said = {Taken.BY_HAND: f"did {items} by hand", Taken.LEFT_OUT: f"left out {items}", None: f"took back {items}"}
    why = masked(one.why)
    return f"{one.actor.name} {said[how_taken(one)]}.", f"Reason: {why}" if why else ""


def _looked(some: Sequence[Entry]) -> tuple[str, str]:
    return f"{some[0].actor.name} looked at the {some[0].facts.get('what', 'record')} of this job.", ""


def _exported(some: Sequence[Entry]) -> tuple[str, str]:
    return f"{some[0].actor.name} wrote the results into a workbook.", ""


def _completed(some: Sequence[Entry]) -> tuple[str, str]:
    return "The job was completed: nothing waits any more, and the totals balance.", ""


_SENTENCES = {
    "job.submitted": _submitted,
    "item.retry_planned": _tried_again,
    "item.rescued": _rescued,
    "item.deferred": _deferred,
    "item.retried": _by_person("put back"),
    "item.corrected": _by_person("corrected"),
    "item.cancelled": _taken,
    "change.confirmed": _confirmed,
    "effect.confirmed": _confirmed,
    "record.read": _looked,
    "results.exported": _exported,
    "job.completed": _completed,
}


TOLD = tuple(_SENTENCES)
"""The names of the events that a timeline tells of."""


def _items(some: Iterable[Entry]) -> str:
    numbers = sorted({one.item_id for one in some if one.item_id is not None})
    listed = ", ".join(map(str, numbers[:12]))
    return f"Items {listed}{' and more' if len(numbers) > 12 else ''}" if len(numbers) > 1 else ""
