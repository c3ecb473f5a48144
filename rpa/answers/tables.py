"""Holds the queue's tables of a job against its record: tables can be changed, and no seal covers them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rpa.audit import Entry
from rpa.models import Job, Totals
from rpa.states import EffectState, JobState

_ENDINGS = frozenset({"item.completed", "item.failed", "item.cancelled", "item.retried"})


def differs_from_record(job: Job, totals: Totals, codes: Mapping[str, int], writes: Mapping[int, str],
                        entries: Sequence[Entry]) -> str | None:  # fmt: skip
    """Return a sentence on what the tables have otherwise than the record says; None if they agree.

    `codes` counts the items by code, `writes` are the states of the writes by their numbers, `entries` is the record of
    the job, oldest first.
    """
    found = list(_differences(job, totals, codes, writes, entries))
    if not found:
        return None
    return f"The tables of the queue have other {' and '.join(found)} for job {job.id} than its record says"


def _differences(job: Job, totals: Totals, codes: Mapping[str, int], writes: Mapping[int, str],
                 entries: Sequence[Entry]) -> Iterator[str]:  # fmt: skip
    submitted = next((one for one in entries if one.name == "job.submitted"), None)
    completed = next((one for one in reversed(entries) if one.name == "job.completed"), None)
    if submitted is None or submitted.actor.name != job.requested_by:
        yield "people"
    if submitted is None or _described(submitted) != _stored(job):
        yield "versions or files"
    if job.state == JobState.COMPLETED and (completed is None or completed.facts != totals.as_dict()):
        yield "totals"
    if _codes(entries) != Counter(codes):
        yield "exceptions"
    if _writes(entries) != dict(writes):
        yield "writes"


def _described(submitted: Entry) -> tuple[object, ...]:
    facts = submitted.facts
    digests = [one["sha256"] for one in facts.get("inputs", ())]
    return facts.get("workflow"), facts.get("version"), bool(facts.get("dry_run")), digests


def _stored(job: Job) -> tuple[object, ...]:
    return job.workflow, job.version, job.dry_run, [one["sha256"] for one in job.inputs]


def _codes(entries: Sequence[Entry]) -> Counter[str]:
    """Return how many items ended with each code, by their last ending."""
    last = {one.item_id: one for one in entries if one.name in _ENDINGS}
    return Counter(str(one.facts["code"]) for one in last.values() if one.facts.get("code"))


def _writes(entries: Sequence[Entry]) -> dict[int, str]:
    """Return how each write ended, by its number."""
    told = (one for one in entries if one.name.startswith(("change.", "effect.")))
    return {int(one.facts["effect"]): _state(one.name) for one in told}


def _state(name: str) -> str:
    return str(EffectState(name.partition(".")[2]))
