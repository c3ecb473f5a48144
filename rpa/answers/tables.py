"""Holds the queue's tables of a job against its record: tables can be changed, and no seal covers them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rpa.audit import Entry, Trail
from rpa.audit.brought import brought
from rpa.models import PARTS, Job, WorkItem
from rpa.states import EffectState, ItemState, JobState, RowEnd, Taken
from rpa.taking import TAKEN, how_taken
from rpa.views import Views

_OPEN = "open"
_BROUGHT = "items.submitted"
_ENDINGS: Mapping[str, str] = {
    "item.completed": ItemState.COMPLETED,
    "item.failed": ItemState.FAILED,
    "item.cancelled": ItemState.CANCELLED,
    "item.retried": _OPEN,
}
"""Where the rows of an item are counted after each."""


@dataclass(frozen=True, slots=True)
class _End:
    """Where the record left an item."""

    place: str
    code: str | None = None
    how: str | None = None
    """In which way a person took it, if one did."""


def differs_from_record(views: Views, trail: Trail, job: Job, entries: Sequence[Entry]) -> str | None:
    """Return a sentence on what the tables have otherwise than the record says; None if they agree.

    `entries` is the record of the job, oldest first.
    """
    found = list(_differences(views, trail, job, entries))
    if not found:
        return None
    return f"The tables of the queue have other {' and '.join(found)} for job {job.id} than its record says"


def _differences(views: Views, trail: Trail, job: Job, entries: Sequence[Entry]) -> Iterator[str]:
    submitted = next((one for one in entries if one.name == "job.submitted"), None)
    items = views.items(job.id)
    ends = _ends(entries) | _ends_elsewhere(trail, [one for one in items if one.job_id != job.id])
    if submitted is None or submitted.actor.name != job.requested_by:
        yield "people"
    if submitted is None or _described(submitted) != _stored(job):
        yield "versions or files"
    if job.state == JobState.COMPLETED and _totals(views, job, entries, ends) != Counter(
        views.totals(job.id).as_dict()
    ):
        yield "totals"
    elif job.state == JobState.COMPLETED and _places(items) != {number: one.place for number, one in ends.items()}:
        yield "ends of rows"
    if {number: one.code for number, one in ends.items() if one.code} != {
        one.id: one.code for one in items if one.code
    }:
        yield "exceptions"
    if {number: one.how for number, one in ends.items() if one.how} != _taken(items):
        yield "rows done by hand or left out"
    if _writes(entries) != {one.id: str(one.state) for one in views.effects(job.id)}:
        yield "writes"


def _described(submitted: Entry) -> tuple[object, ...]:
    facts = submitted.facts
    digests = [one["sha256"] for one in facts.get("inputs", ())]
    return facts.get("workflow"), facts.get("version"), bool(facts.get("dry_run")), digests


def _stored(job: Job) -> tuple[object, ...]:
    return job.workflow, job.version, job.dry_run, [one["sha256"] for one in job.inputs]


def _ends(entries: Iterable[Entry]) -> dict[int, _End]:
    """Return how each item ended the last time."""
    told = (one for one in entries if one.name in _ENDINGS and one.item_id is not None)
    return {one.item_id: _end(one) for one in told if one.item_id is not None}


def _end(one: Entry) -> _End:
    return _End(_ENDINGS[one.name], one.facts.get("code"), how_taken(one) if one.name == TAKEN else None)


def _places(items: Iterable[WorkItem]) -> dict[int, str]:
    """Return where each item is, as its table says."""
    waits = (ItemState.PENDING, ItemState.RUNNING)
    return {one.id: _OPEN if one.state in waits else one.state for one in items}


def _taken(items: Iterable[WorkItem]) -> dict[int, str | None]:
    """Return in which way a person took each item, as its table says."""
    return {one.id: one.outcome for one in items if one.state is ItemState.CANCELLED and one.outcome in list(Taken)}


def _ends_elsewhere(trail: Trail, taken: Sequence[WorkItem]) -> dict[int, _End]:
    """Return where items are that a later job has taken over, as the record of that job says."""
    found: dict[int, _End] = {}
    runs = {one.id: f"job-{one.job_id}" for one in taken}
    for entry in trail.of_runs(set(runs.values()), [_BROUGHT, *_ENDINGS]):
        if entry.name == _BROUGHT:
            some = (number for one in brought(entry.facts) for number in one)
            found |= {number: _End(_OPEN) for number in some if runs.get(number) == entry.run}
        elif runs.get(entry.item_id or 0) == entry.run:
            found |= _ends([entry])
    return found


def _totals(views: Views, job: Job, entries: Sequence[Entry], ends: Mapping[int, _End]) -> Counter[str]:
    """Return the totals that the record told when nothing waited any more, with what people did since with items."""
    completed = max((number for number, one in enumerate(entries) if one.name == "job.completed"), default=None)
    if completed is None:
        return Counter()
    then, totals = _ends(entries[:completed]), Counter[str](entries[completed].facts)
    for name in PARTS:  # they are no places, and have come to be more since
        del totals[name]
    moved = {number: one.place for number, one in ends.items() if number not in then or then[number].place != one.place}
    rows = Counter(one.item.id for one in views.rows(job.id) if one.item and one.ended is RowEnd.ITEM) if moved else {}
    for number, place in moved.items():
        totals[then[number].place if number in then else _OPEN] -= rows.get(number, 0)
        totals[place] += rows.get(number, 0)
    return totals


def _writes(entries: Sequence[Entry]) -> dict[int, str]:
    """Return how each write ended, by its number."""
    told = (one for one in entries if one.name.startswith(("change.", "effect.")))
    return {int(one.facts["effect"]): _state(one.name) for one in told}


def _state(name: str) -> str:
    return str(EffectState(name.partition(".")[2]))
