"""The timeline of a job: who asked, when the robot started, what it tried again, who stepped in, when it was done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from rpa.audit import Entry
from rpa.runpage.words import counted, masked, uk_time

_MOST = 200
_ONCE_TOLD = {"change.made": "The first change was made and read back", "item.claimed": "The robot started"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `count` events of the same kind in a row are one line."""

    at: datetime
    said: str
    detail: str
    entry: int


def timeline(entries: Sequence[Entry]) -> list[Moment]:
    """Return the moments that matter, oldest first."""
    told = list(_told(entries))
    if len(told) <= _MOST:
        return told
    left_out = len(told) - _MOST
    middle = told[_MOST // 2]
    between = Moment(middle.at, f"{counted(left_out, 'more moment')}", "`rpa audit show` lists them all.", middle.entry)
    return [*told[: _MOST // 2], between, *told[-_MOST // 2 :]]


def _told(entries: Sequence[Entry]) -> Iterator[Moment]:
    seen = set[str]()
    for same, some in groupby(entries, key=_sameness):
        group = list(some)
        first, name = group[0], same[0]
        if name in _ONCE_TOLD:
            if name not in seen:
                yield Moment(first.at, f"{_ONCE_TOLD[name]}.", "", first.seq)
            seen.add(name)
        elif name in _SENTENCES:
            said, detail = _SENTENCES[name](group)
            yield Moment(first.at, said, detail, first.seq)


def _sameness(one: Entry) -> tuple[str, ...]:
    """Tell apart what is worth a line of its own: who did it, why, and the code."""
    facts = one.facts
    return one.name, one.actor.name, str(facts.get("why") or ""), str(facts.get("code") or "")


def _submitted(some: Sequence[Entry]) -> tuple[str, str]:
    one = some[0]
    files = ", ".join(str(each["file"]) for each in (one.payload or {}).get("inputs", ()))
    came = counted(int(one.facts.get("rows_in", 0)), "row")
    return f"{one.actor.name} submitted {came}.", files


def _tried_again(some: Sequence[Entry]) -> tuple[str, str]:
    one = some[-1]
    retry_at = one.facts.get("retry_at")
    until = f" Next try from {uk_time(datetime.fromisoformat(retry_at), seconds=True)}." if retry_at else ""
    attempts = f"Attempt {one.attempt} at item {one.item_id}" if len(some) == 1 else counted(len(some), "attempt")
    return f"{attempts} did not get through ({one.facts.get('code')}); the robot tries again.{until}", _items(some)


def _rescued(some: Sequence[Entry]) -> tuple[str, str]:
    items = counted(len(some), "item")
    return f"A robot stopped in the middle of {items}; the work was put back for another.", _items(some)


def _confirmed(some: Sequence[Entry]) -> tuple[str, str]:
    changes = counted(len(some), "change")
    return f"{changes} begun before a break were found saved, and not made again.", _items(some)


def _deferred(some: Sequence[Entry]) -> tuple[str, str]:
    return f"{counted(len(some), 'item')} put off until later.", str(some[0].facts.get("why") or "")


def _by_person(done: str) -> Any:
    def said(some: Sequence[Entry]) -> tuple[str, str]:
        one = some[0]
        why = masked(str(one.facts.get("why") or ""))
        return f"{one.actor.name} {done} {counted(len(some), 'item')}.", f"Reason: {why}" if why else ""

    return said


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
    "item.cancelled": _by_person("took back"),
    "change.confirmed": _confirmed,
    "effect.confirmed": _confirmed,
    "record.read": _looked,
    "results.exported": _exported,
    "job.completed": _completed,
}


def _items(some: Iterable[Entry]) -> str:
    numbers = sorted({one.item_id for one in some if one.item_id is not None})
    listed = ", ".join(map(str, numbers[:12]))
    return f"Items {listed}{' and more' if len(numbers) > 12 else ''}" if len(numbers) > 1 else ""
