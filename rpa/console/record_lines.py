"""Entries of the record as lines of a table: when, who for whom, what, before and after; patients' details hidden."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rpa.answers.sentences import expected_and_found, sentence
from rpa.audit import Entry, who
from rpa.console.veiling import VEIL, veiled
from rpa.exceptions import NotFoundError
from rpa.exports.written import FREE_TEXT
from rpa.models import ActorKind, Job
from rpa.runpage.words import field_name, shown
from rpa.views import Views

_FOUND = "item.differed"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry, as a line of a table."""

    at: datetime
    who: str
    said: str
    before: str
    after: str
    run: str
    seq: int
    job: int | None


def lines_of(views: Views, entries: Iterable[Entry], *, is_open: bool = False) -> list[Line]:
    """Return entries as lines; whoever asked for a job is named beside the robot that acted for him."""
    asked: dict[int, Job | None] = {}
    return [line_of(one if is_open else hidden(one), _job_of(views, one, asked)) for one in entries]


def hidden(one: Entry) -> Entry:
    """Return an entry without its details; words that a person or a screen has written are some, in facts as well."""
    return replace(veiled(one), facts={name: VEIL if name in FREE_TEXT else value for name, value in one.facts.items()})


def line_of(one: Entry, job: Job | None = None) -> Line:
    """Return an entry as a line, as it is; with the job that a robot acted for."""
    actor = who(one)
    before, after = _values(one)
    plain = replace(one, payload=_without_values(one.payload)) if before or after else one
    said = (
        sentence(plain, in_plan=job is not None and job.dry_run)
        .removeprefix(f"{actor} ")
        .removeprefix(f"{actor}: ")
        .rstrip(".")
    )
    named = f"{actor} for {job.requested_by}" if job is not None else actor
    what = f"{said[:1].upper()}{said[1:]}"
    return Line(one.at, named, what, before, after, one.run, one.seq, job_of_run(one.run))


def has_words(words: str, one: Entry) -> bool:
    """Return whether an entry has all these words in what is shown of it, details hidden."""
    if not words.strip():
        return True
    line = line_of(hidden(one))
    told = " ".join([line.who, line.said, one.name, *map(str, hidden(one).facts.values())]).casefold()
    return all(word in told for word in words.casefold().split())


def job_of_run(run: str) -> int | None:
    """Return the job that a run belongs to; None for what belongs to none."""
    number = run.removeprefix("job-")
    return int(number) if number != run and number.isascii() and number.isdigit() else None


def _values(one: Entry) -> tuple[str, str]:
    """Return each field of a write as it was, and as it became."""
    said = one.payload or {}
    if one.name == _FOUND:
        return "; ".join(expected_and_found(one)), ""
    before, after = said.get("before") or {}, said.get("after") or {}
    return _fields({name: before.get(name) for name in after}), _fields(after)


def _fields(values: Mapping[str, Any]) -> str:
    return "; ".join(f"{field_name(name)}: {shown(value)}" for name, value in values.items())


def _without_values(payload: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (payload or {}).items() if name not in ("before", "after", "found")}


def _job_of(views: Views, one: Entry, asked: dict[int, Job | None]) -> Job | None:
    """Return the job that a robot acted for."""
    number = job_of_run(one.run)
    if number is None or one.actor.kind != ActorKind.BOT:
        return None
    if number not in asked:
        try:
            asked[number] = views.job(number)
        except NotFoundError:  # a hand in the database has taken it out, which the check of the record says
            asked[number] = None
    return asked[number]
