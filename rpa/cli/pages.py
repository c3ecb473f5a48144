"""The answers to an auditor as a terminal of a hundred columns shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rpa.answers import Certificate, Doubt, Gap, PatientStory, Reading
from rpa.cli.screen import print_table, say, when
from rpa.runpage.words import counted, field_name, masked, uk_time

_WRITES = {"made": "made and read back", "confirmed": "found made by an earlier attempt", "already": "right already",
           "absent": "found not made", "planned": "planned only (dry run)", "in_doubt": "in doubt",
           "intended": "begun, without an ending"}  # fmt: skip
_KINDS = {"schedule": "Schedule", "silence": "No seal", "worker": "Worker lost"}


def show_story(told: PatientStory) -> None:
    """Print a story: the jobs first, then what happened."""
    say(f"{counted(len(told.items), 'item')} in {counted(len(told.jobs), 'job')}.")
    for one in told.jobs:
        approved = f"approved by {', '.join(one.approved_by)}" if one.approved_by else "no approval is recorded"
        say(f"Job {one.job.id}: {one.job.workflow}, version {one.job.version}; asked for by {one.job.requested_by}; "
            f"{approved}{'; a dry run' if one.job.dry_run else ''}.")  # fmt: skip
        for name, digest in one.files:
            say(f"  from {name}, SHA-256 {digest}")
    say("")
    rows = ((uk_time(one.at, seconds=True), str(one.item or ""), one.said, f"{one.run} {one.entry}")
            for one in told.lines)  # fmt: skip
    print_table(("When (UK)", "Item", "What happened", "Entry"), rows, right=("Item",))


def show_certificate(made: Certificate) -> None:
    """Print a certificate on one page."""
    say(f"Certificate of job {made.job.id}")
    say("")
    for heading, lines in _page(made):
        for number, line in enumerate(lines or ["none"]):
            say(f"{heading if number == 0 else '':<14}{line}")


def certificate_document(made: Certificate) -> dict[str, Any]:
    """Return a certificate as JSON has it: everything but what its first and last entry hold of a patient."""
    whole = {name: getattr(made, name) for name in ("libraries", "people", "exceptions", "writes", "entries", "broken")}
    ends = {name: {"entry": one.seq, "name": one.name, "at": one.at, "hash": one.hash}
            for name, one in (("first", made.first), ("last", made.last))}  # fmt: skip
    job = {"id": made.job.id, "workflow": made.job.workflow, "version": made.job.version, "state": made.job.state,
           "dry_run": made.job.dry_run, "requested_by": made.job.requested_by, "submitted_at": made.job.submitted_at,
           "completed_at": made.job.completed_at,
           "inputs": [{"name": one["name"], "sha256": one["sha256"]} for one in made.job.inputs]}  # fmt: skip
    totals = {**made.totals.as_dict(), "balance": made.totals.balance}
    seal = asdict(made.seal) if made.seal is not None else None
    return {"job": job, "totals": totals, **whole, **ends, "seal": seal, "verified": made.broken is None}


def show_gaps(gaps: Sequence[Gap]) -> None:
    """Print gaps, oldest first."""
    rows = ((_KINDS[one.kind], uk_time(one.begin), uk_time(one.end), one.said) for one in gaps)
    _print(("Gap", "From (UK)", "To (UK)", "What is known of it"), rows, found=len(gaps), none="There are no gaps.")


def show_doubts(doubts: Sequence[Doubt]) -> None:
    """Print doubts, oldest first; what was to be written is named by its fields only."""
    rows = ((str(one.item), ", ".join(one.systems), f"{masked(one.what)}: {', '.join(map(field_name, one.fields))}"
             .removesuffix(": "), uk_time(one.since), one.settle) for one in doubts)  # fmt: skip
    _print(("Item", "System", "What", "Begun (UK)", "How to settle it"), rows, found=len(doubts),
           none="Nothing is in doubt: every write that was begun has an ending.")  # fmt: skip


def show_readings(readings: Sequence[Reading]) -> None:
    """Print who read what, newest first."""
    rows = ((uk_time(one.at), one.who, f"{one.done} {one.what}", str(one.job or ""), str(one.item or ""),
             one.reason or "") for one in readings)  # fmt: skip
    _print(("When (UK)", "Who", "What", "Job", "Item", "Reason"), rows, found=len(readings),
           none="Nobody looked at the record then.")  # fmt: skip


def _print(headings: Sequence[str], rows: Iterable[Sequence[str]], *, found: int, none: str) -> None:
    if found:
        print_table(headings, rows, right=("Item", "Job"))
    else:
        say(none)


def _page(made: Certificate) -> Iterable[tuple[str, Sequence[str]]]:
    job, totals = made.job, made.totals
    came = {"done": totals.completed, "failed": totals.failed, "done by hand": totals.by_hand,
            "left out": totals.put_aside, "stopped": totals.stopped,
            "not readable": totals.rejected, "there twice": totals.duplicate, "not sent again": totals.left_out,
            "still waiting": totals.open}  # fmt: skip
    yield "Work", [f"{job.workflow}{', a dry run' if job.dry_run else ''}, {job.state}"]
    yield "Submitted", [when(job.submitted_at)]
    yield "Completed", [when(job.completed_at) or "not yet"]
    yield "Files", [f"{one['file']}, SHA-256 {one['sha256']}" for one in job.inputs]
    yield "Rows", [f"{totals.rows_in:,} came in: {_listed(came)}",
                   "These add up." if totals.balance else "These do not add up."]  # fmt: skip
    yield "Versions", [f"workflow {job.version}", f"library {', '.join(made.libraries)}"]
    yield "People", [f"{name}: {', '.join(did)}" for name, did in made.people.items()]
    yield "Exceptions", _exceptions(made.exceptions)
    yield "Writes", [f"{made.writes[state]:,} {words}" for state, words in _WRITES.items() if made.writes[state]]
    yield "Record", [f"{counted(made.entries, 'entry', 'entries')}, {when(made.first.at)} to {when(made.last.at)}",
                     f"first {made.first.hash}", f"last  {made.last.hash}"]  # fmt: skip
    yield "Seal", _seal(made)
    yield (
        "Verified",
        [made.broken or f"Yes: every entry is as it was written{', and the seals fit' if made.seal else ''}."],
    )


def _exceptions(found: Mapping[str, int]) -> Sequence[str]:
    """Say how many items each code has: rows are counted above, and an item can have several."""
    if not found:
        return ["none"]
    return [f"{counted(sum(found.values()), 'item')}, of one or more rows each",
            *(f"{number:,} {code}" for code, number in found.items())]  # fmt: skip


def _seal(made: Certificate) -> Sequence[str]:
    if made.seal is None:
        return ["no seal that can be relied on covers all of it" if made.broken else "no seal covers all of it yet"]
    return [f"over {made.seal.size:,} entries, {when(made.seal.at)}, key {made.seal.key}"]


def _listed(came: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {words}" for words, number in came.items() if number) or "none"
