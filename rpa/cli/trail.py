"""The record as a timeline on the terminal: when, who for whom, what, before and after."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rich.text import Text

from rpa.answers.phrases import phrase
from rpa.answers.sentences import expected_and_found
from rpa.audit import Entry
from rpa.cli.screen import console, table
from rpa.desk import Desk
from rpa.models import ActorKind
from rpa.results import end_of
from rpa.runpage.words import field_name, shown, uk_time
from rpa.states import ItemState
from rpa.taking import TAKEN, how_taken

_WORDS = {
    "job.submitted": "Job submitted",
    "job.completed": "Job completed: nothing of it waits any more",
    "job.reversal_planned": "Putting it back was planned, as job",
    "items.submitted": "Row came in",
    "item.claimed": "Attempt begun",
    "item.completed": "Done",
    "item.differed": "Found otherwise than expected; nothing written",
    "item.failed": "Failed, for a person",
    "item.retry_planned": "Attempt failed; another is planned",
    "item.rescued": "Taken from a robot that stopped",
    "item.deferred": "Put off",
    "item.retried": "Put back in the queue",
    "item.corrected": "Corrected and sent back",
    "item.cancelled": "Taken back",
    "change.intended": "About to change",
    "change.made": "Changed, and read back",
    "change.confirmed": "Found changed already by an earlier attempt; not repeated",
    "change.absent": "Not changed",
    "change.in_doubt": "Nobody can tell whether it was changed",
    "change.already": "Was right already; nothing written",
    "change.planned": "Would be changed (dry run)",
    "effect.intended": "About to do",
    "effect.made": "Done",
    "effect.confirmed": "Found done by an earlier attempt; not repeated",
    "effect.absent": "Not done",
    "effect.in_doubt": "Nobody can tell whether it was done",
    "effect.already": "Had been done already",
    "effect.planned": "Would be done (dry run)",
    "step.completed": "Step kept",
    "evidence.kept": "Evidence kept",
    "evidence.opened": "Evidence opened",
    "evidence.key_rotated": "New key for evidence",
    "session.signed_in": "Signed in",
    "sign_in.refused": "Sign-in refused",
    "system.paused": "System paused",
    "system.resumed": "System resumed",
    "record.read": "Record looked at",
    "payload.erased": "Payloads erased",
    "items.kept": "Rows kept when others of their sheet were erased",
    "evidence.removed": "Kept files removed",
    "record.exported": "Entries of the record taken out",
    "results.exported": "Results written into a workbook",
    "list.exported": "List taken away",
}
_STYLES = {"change.made": "green", "change.confirmed": "green", "item.failed": "yellow", "change.in_doubt": "bold red",
           "change.intended": "dim", "item.claimed": "dim", "step.completed": "dim"}  # fmt: skip
_DETAILS = (
    "system",
    "credential",
    "outcome",
    "code",
    "step",
    "kind",
    "diagnosis",
    "what",
    "key",
    "reversal",
    "basis",
    "approved_by",
)


def show_trail(desk: Desk, entries: list[Entry]) -> None:
    """Print entries as a table, oldest first."""
    whom = lru_cache(maxsize=256)(lambda job_id: desk.views.job(job_id).requested_by)
    made = table("When (UK)", "Who", "What", "Before → after", "Entry")
    for one in entries:
        made.add_row(
            uk_time(one.at, seconds=True),
            Text(_who(one, whom)),
            Text(_what(one), style=_STYLES.get(one.name, "")),
            Text(_difference(one)),
            Text(f"{one.run} {one.seq}", style="dim"),
        )
    console().print(made)


def _who(one: Entry, whom: Any) -> str:
    if one.actor.kind == ActorKind.BOT and one.run.startswith("job-"):
        return f"robot {one.actor.name} for {whom(int(one.run.removeprefix('job-')))}"
    return "the robot's desk" if one.actor.kind == ActorKind.LIBRARY else one.actor.name


def _what(one: Entry) -> str:
    in_words = phrase(one.name, one.facts) if one.name not in _WORDS else None
    said = f"{in_words[:1].upper()}{in_words[1:]}" if in_words else _WORDS.get(one.name, one.name)
    if one.name == TAKEN and how_taken(one) is not None:
        said = end_of(ItemState.CANCELLED, how_taken(one))
    place = str((one.payload or {}).get("what") or "")
    told = [str(one.facts[name]) for name in _DETAILS if one.facts.get(name) and not in_words]
    told += [one.why] if one.why else []
    told += [f"version {one.facts['version']}"] if "credential" in one.facts else []
    details = ", ".join(told)
    item = f"item {one.item_id}" if one.item_id else ""
    return ": ".join(part for part in (said, " ".join(filter(None, (item, place, details)))) if part)


def _difference(one: Entry) -> str:
    said = one.payload or {}
    if one.name == "items.submitted":
        return "\n".join(_row(each) for each in said.get("items", ())[:5])
    if one.name == "item.differed":
        return "\n".join(expected_and_found(one)) if one.payload else ""
    before, after = said.get("before") or {}, said.get("after") or {}
    return "\n".join(f"{field_name(name)}: {shown(before.get(name))} → {shown(value)}" for name, value in after.items())


def _row(item: Mapping[str, Any]) -> str:
    return f"item {item['item']}, from {', '.join(item['places'])}"


def document_of(one: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it."""
    return {
        "run": one.run,
        "entry": one.seq,
        "at": one.at,
        "name": one.name,
        "actor": {"kind": one.actor.kind, "name": one.actor.name},
        "item": one.item_id,
        "attempt": one.attempt,
        "subject": one.subject,
        "facts": one.facts,
        "payload": one.payload,
        "hash": one.hash,
    }
