"""Everything that ever happened to the items of one patient, or of one reference: who, what, when, under which code."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from rpa.answers.sentences import sentence
from rpa.audit import Entry, Trail
from rpa.audit.brought import brings
from rpa.audit.erased import ERASED
from rpa.codes import explain
from rpa.desk import Desk
from rpa.models import Job


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened; `run` and `entry` say where the record has it."""

    at: datetime
    item: int | None
    said: str
    name: str
    run: str
    entry: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One job that a story is about: who asked, who approved, which code, which files."""

    job: Job
    approved_by: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each."""


@dataclass(frozen=True, slots=True)
class PatientStory:
    """The jobs, and what happened, oldest first."""

    items: tuple[int, ...]
    jobs: tuple[Asked, ...]
    lines: tuple[Line, ...]


def as_it_is(one: Entry) -> Entry:
    """Return an entry with everything in it."""
    return one


def story_of(desk: Desk, item_ids: Collection[int], *, shown: Callable[[Entry], Entry] = as_it_is) -> PatientStory:
    """Return what the record says of these items; `shown` takes out of each entry what is not to be told."""
    trail = Trail(desk.database)
    found = trail.of_items(item_ids)
    runs = _runs(found)
    approvals = trail.of_runs(runs, ("job.approved",))
    gone = [one.id for one in desk.views.items_of(item_ids) if not one.data]
    brought = [one for one in trail.of_runs(runs, ("items.submitted",)) if brings(one.facts, gone)] if gone else []
    erasures = [one for one in trail.of_runs(runs, (ERASED,)) if _reaches(one, (*found, *brought))]
    told = map(shown, (*found, *approvals, *erasures))
    known = desk.views.jobs_of([_number(run) for run in runs])
    jobs = {run: known[_number(run)] for run in runs if _number(run) in known}
    lines = sorted(_lines(desk, jobs, told), key=lambda one: (one.at, one.run, one.entry))
    asked = (_asked(one, run, approvals) for run, one in jobs.items())
    return PatientStory(tuple(sorted(item_ids)), tuple(asked), tuple(lines))


def _reaches(erasure: Entry, entries: Iterable[Entry]) -> bool:
    """Return whether an erasure took the payload of one of these entries."""
    ranges = [(int(first), int(last)) for first, last in erasure.facts.get("entries", ())]
    seqs = [one.seq for one in entries if one.run == erasure.run]
    return any(first <= seq <= last for first, last in ranges for seq in seqs)


def _runs(entries: Iterable[Entry]) -> list[str]:
    return list(dict.fromkeys(one.run for one in entries if one.run.startswith("job-")))


def _number(run: str) -> int:
    return int(run.removeprefix("job-"))


def _lines(desk: Desk, jobs: Mapping[str, Job], entries: Iterable[Entry]) -> Iterable[Line]:
    for one in entries:
        if one.name == "job.submitted":
            continue  # what it says is told of the job; the rows are in the next entry
        said = (one.payload or {}).get("items", ()) if one.name == "items.submitted" else ()
        number = one.item_id if not said else said[0]["item"] if len(said) == 1 else None
        yield Line(
            one.at,
            number,
            f"{sentence(one, in_plan=_is_planned(jobs, one))}{_in_words(desk, jobs, one)}",
            one.name,
            one.run,
            one.seq,
        )


def _is_planned(jobs: Mapping[str, Job], one: Entry) -> bool:
    return one.run in jobs and jobs[one.run].dry_run


def _in_words(desk: Desk, jobs: Mapping[str, Job], one: Entry) -> str:
    """Return what a code means to whoever has to deal with it, in the words that the sheets have."""
    if one.name != "item.failed" or not one.facts.get("code"):
        return ""
    workflow = jobs[one.run].workflow
    own = next((known.options.codes for known in desk.workflows if known.name == workflow), {})
    said = explain(str(one.facts["code"]), own)
    return f" {said.what_happened} {said.how_to_fix}"


def _asked(job: Job, run: str, approvals: Iterable[Entry]) -> Asked:
    files = tuple((str(one["file"]), str(one["sha256"])) for one in job.inputs)
    return Asked(job, tuple(one.actor.name for one in approvals if one.run == run), files)
