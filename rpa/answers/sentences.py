"""What an entry of the record says of an item, as a sentence that an auditor reads."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rpa.answers.phrases import phrase
from rpa.audit import Entry, who
from rpa.runpage.words import field_name, shown, uk_time
from rpa.taking import deed_of, how_taken

_DIGITS = 12
"""Of a SHA-256: enough to name a file, as `rpa evidence open` takes it."""


def sentence(one: Entry, *, in_plan: bool = False) -> str:
    """Return what happened; an event without words of its own is named. In a plan nothing is done, so none says so."""
    if in_plan and one.name == "item.completed":
        return f"It was planned, and nothing was written: {_outcome(one)}."
    said = _SAID.get(one.name)
    if said is not None:
        return said(one)
    told = phrase(one.name, one.facts)
    return f"{who(one)}: {one.name}." if told is None else f"{who(one)} {told}{_because(one)}."


def differences(one: Entry) -> str:
    """Return each field of a write with what it was and what it became."""
    said = one.payload or {}
    before, after = said.get("before") or {}, said.get("after") or {}
    return "; ".join(f"{field_name(name)}: {shown(before.get(name))} → {shown(value)}" for name, value in after.items())


def expected_and_found(one: Entry) -> list[str]:
    """Return each field that differs with what was expected of it and what was found."""
    said = one.payload or {}
    expected, found = said.get("before") or {}, said.get("found") or {}
    return [f"{field_name(name)}: {shown(expected.get(name))} expected, {shown(found.get(name))} found"
            for name in one.facts.get("fields", ())]  # fmt: skip


def _differed(one: Entry) -> str:
    what = str((one.payload or {}).get("what") or "what was erased since")
    fields = "; ".join(expected_and_found(one)) if "found" in (one.payload or {}) else ""
    return f"{who(one)} found {what} otherwise than expected, and wrote nothing{f': {fields}' if fields else ''}."


def _write(words: str) -> Callable[[Entry], str]:
    def said(one: Entry) -> str:
        what = str((one.payload or {}).get("what") or "what was erased since")
        changed = differences(one)
        return f"{who(one)} {words.format(what)}{f': {changed}' if changed else ''}."

    return said


def _by_person(done: str) -> Callable[[Entry], str]:
    return lambda one: f"{who(one)} {done}{_because(one)}."


def _came_in(one: Entry) -> str:
    places = [place for each in (one.payload or {}).get("items", ()) for place in each["places"]]
    where = "; ".join(places) or "a row that was erased since"
    return f"{who(one)} sent {where}."


def _claimed(one: Entry) -> str:
    return f"A robot began attempt {one.attempt}."


def _outcome(one: Entry) -> str:
    return str(one.facts.get("outcome") or "no words for it")


def _failed(one: Entry) -> str:
    code, told = one.facts.get("code"), one.facts.get("diagnosis")
    kinds = {"business": "the data or a rule says no", "in_doubt": "nobody can tell whether it was written"}
    why = kinds.get(str(one.facts.get("failure")), "a technical fault")
    return f"It failed and waits for a person: {code}, {why}{f' ({told})' if told else ''}."


def _tried_again(one: Entry) -> str:
    until = one.facts.get("retry_at")
    after = f" after {uk_time(datetime.fromisoformat(until), seconds=True)}" if until else ""
    told = one.facts.get("diagnosis")
    return f"Attempt {one.attempt} did not get through: {one.facts.get('code')}{f' ({told})' if told else ''}. " + (
        f"Another is made{after}."
    )


def _kept(one: Entry) -> str:
    return f"A file was kept: {_file(one.facts)}."


def _opened(one: Entry) -> str:
    reason = (one.payload or {}).get("reason")
    return f"{who(one)} opened a kept file: {_file(one.facts)}{f', because: {reason}' if reason else ''}."


def _file(facts: Mapping[str, Any]) -> str:
    return f"{facts.get('kind', 'file')}, SHA-256 {str(facts.get('sha256', ''))[:_DIGITS]}…"


def _erased(one: Entry) -> str:
    facts = one.facts
    return f"{who(one)} had details erased, approved by {facts.get('approved_by')}, because: {facts.get('basis')}."


def _corrected(one: Entry) -> str:
    changed = differences(one)
    return (
        f"{who(one)} corrected the row and sent it back, as job {one.facts['job']}{f': {changed}' if changed else ''}."
    )


def _taken(one: Entry) -> str:
    return f"{who(one)} {'took it back' if how_taken(one) is None else deed_of(one)}{_because(one)}."


def _because(one: Entry) -> str:
    return f": {one.why}" if one.why else ""


_SAID: Mapping[str, Callable[[Entry], str]] = {
    "items.submitted": _came_in,
    "job.approved": _by_person("approved it"),
    "item.claimed": _claimed,
    "item.completed": lambda one: f"It was done: {_outcome(one)}.",
    "item.differed": _differed,
    "item.failed": _failed,
    "item.retry_planned": _tried_again,
    "item.rescued": lambda one: "The robot stopped in the middle; the item was put back for another.",
    "item.deferred": lambda one: f"It was put off{_because(one)}.",
    "item.retried": _by_person("put it back in the queue"),
    "item.corrected": _corrected,
    "item.cancelled": _taken,
    "change.intended": _write("wrote down that it would change {}"),
    "change.made": _write("changed {} and read it back"),
    "change.confirmed": _write("found that an earlier attempt had changed {}, and did not repeat it"),
    "change.absent": _write("found {} not changed"),
    "change.in_doubt": _write("could not tell whether it had changed {}"),
    "change.already": _write("found {} right already, and wrote nothing"),
    "change.planned": _write("would change {} (dry run, nothing written)"),
    "effect.intended": _write("wrote down that it would do this: {}"),
    "effect.made": _write("did this: {}"),
    "effect.confirmed": _write("found this done by an earlier attempt, and did not repeat it: {}"),
    "effect.absent": _write("found this not done: {}"),
    "effect.in_doubt": _write("could not tell whether this was done: {}"),
    "effect.already": _write("found this done already: {}"),
    "effect.planned": _write("would do this (dry run, nothing done): {}"),
    "step.completed": lambda one: f"{who(one)} finished the step {one.facts.get('step', '')}.",
    "evidence.kept": _kept,
    "payload.erased": _erased,
    "evidence.opened": _opened,
    "evidence.removed": lambda one: f"A kept file was removed, its time was over: {_file(one.facts)}.",
    "record.read": lambda one: f"{who(one)} looked at the {one.facts.get('what', 'record')}.",
}
