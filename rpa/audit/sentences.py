"""What the log says of an event of the record, once it is committed: one line for each move of an item, job or system.

The record is the one place where every move is written, so no other code tells of one. Numbers are bound to a line,
never formatted in; names of people and what they wrote stay in the record.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from loguru import logger
from sqlalchemy import Connection

from rpa.audit.events import Event
from rpa.db.afterwards import afterwards

SENTENCES: Mapping[str, str] = {
    "job.submitted": "submitted for {workflow}, rows: {rows_in}",
    "job.completed": "completed: {completed} done, {failed} failed, {cancelled} cancelled, {rejected} rejected",
    "job.reversal_planned": "job {reversal} plans to put back what this one changed",
    "item.claimed": "started",
    "item.completed": "completed: {outcome}",
    "item.failed": "failed, for a person: {failure} {code} {diagnosis}",
    "item.retry_planned": "put back until {retry_at}: {code} {diagnosis}",
    "item.deferred": "given back until {until}: {why}",
    "item.rescued": "put back: whoever held it is gone",
    "item.retried": "put back by a person, was {from}",
    "item.corrected": "corrected by a person, as job {job}",
    "item.cancelled": "cancelled by a person, was {from}",
    "change.in_doubt": "nobody can tell whether it was changed",
    "effect.in_doubt": "nobody can tell whether it was done",
    "system.paused": "system {system} is paused",
    "system.resumed": "system {system} is in use again",
    "system.breaker_opened": "system {system} is left alone after {faults} faults: {code}",
    "schedule.paused": "schedule {schedule} is paused",
    "schedule.resumed": "schedule {schedule} is resumed",
    "schedule.fired": "schedule {schedule} has fired",
    "machine.paused": "machine {machine} is paused",
    "machine.resumed": "machine {machine} is resumed",
    "workflow.paused": "workflow {workflow} is paused",
    "workflow.resumed": "workflow {workflow} is resumed",
    "cause.noted": "what is known of {code} of {workflow} is noted",
    "cause.cleared": "what was known of {code} of {workflow} is cleared",
    "worker.started": "worker started",
    "worker.ended": "worker ended",
    "worker.lost": "worker {worker} is lost",
    "key.rotated": "another key seals from now on",
    "log.opened": "the record of {tree} is opened",
    "payload.erased": "erased: {count} payloads",
    "evidence.removed": "removed: {count} kept files",
}


def tell_afterwards(connection: Connection, run: str, events: Sequence[Event]) -> None:
    """Write the lines of events to the log when their transaction is committed."""
    # A row that was settled as it came in is counted by its job's line: a job may have a hundred thousand of them.
    told = [one for one in events if one.name in SENTENCES and not one.facts.get("planned")]
    if told:
        afterwards(connection, lambda: _tell(run, told))


def _tell(run: str, events: Sequence[Event]) -> None:
    job = int(run.removeprefix("job-")) if run.startswith("job-") else None
    for one in events:
        about = {"job": job, "item": one.item_id, "attempt": one.attempt, "event": one.name}
        bound = logger.bind(**{name: value for name, value in about.items() if value is not None})
        bound.info(sentence(one.name, one.facts))


def sentence(name: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence of an event in the log."""
    return SENTENCES[name].format_map(_Said({key: _said(value) for key, value in facts.items()})).rstrip(" :,")


class _Said(dict[str, str]):
    """What isn't known of an event is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def _said(value: object) -> str:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else str("" if value is None else value)
