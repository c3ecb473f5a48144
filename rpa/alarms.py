"""Alarms: what a person must know now. Each is raised in the transaction of the fact it tells of, and sent later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from rpa.clock import local
from rpa.db.tables import alarm

_IS_UNSENT = text("alarm.sent_at IS NULL")  # in the words of the partial index, so that it is used


class AlarmKind(StrEnum):
    """What an alarm is about."""

    NEEDS_PERSON = "needs_person"
    """Items of a job that is done need a person. Its subject is the job's number."""
    BREAKER_OPENED = "breaker_opened"
    """A system failed too often in a row and is left alone. Its subject is the system."""
    SIGN_IN_REFUSED = "sign_in_refused"
    """A system refused a sign-in, and is paused so that the account isn't locked. Its subject is the system."""
    WORKER_SILENT = "worker_silent"
    """A worker gave no sign of life. Its subject is the worker."""
    SCHEDULE_MISSED = "schedule_missed"
    """A schedule's due time passed without a job. Its subject is the schedule."""
    DEADLINE_AT_RISK = "deadline_at_risk"
    """A job will not be done by its deadline at the present pace. Its subject is the job's number."""
    RECORD_BROKEN = "record_broken"
    """The record does not verify. Its subject is the run; `record`, where somebody has checked all of it."""
    RECORD_UNSEALED = "record_unsealed"
    """The record can't be sealed, or its seals not copied. Its subject is `seals`."""
    APPROVERS_RESET = "approvers_reset"
    """Somebody let out all who may approve plans. Its subject is `approvers`."""
    MAILBOX_AWAY = "mailbox_away"
    """The mailbox can't be looked into. Its subject is the mail server."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as stored: how often it was raised, and whether it was sent."""

    id: int
    kind: AlarmKind
    subject: str
    text: str
    count: int
    raised_at: datetime
    last_at: datetime
    """When it was counted up the last time."""
    tries: int
    try_at: datetime
    sent_at: datetime | None
    fault: str | None
    """What kept it from being sent the last time."""

    @property
    def state(self) -> str:
        """`sent`, `waits` to be sent, or `failing`."""
        if self.sent_at is not None:
            return "sent"
        return "failing" if self.fault else "waits"


def raise_alarm(connection: Connection, kind: AlarmKind, *, subject: str, said: str, now: datetime) -> None:
    """Store an alarm to be sent; one that still waits to be sent is counted up instead.

    `said` is a sentence for a person: what happened, and what to do. Neither it nor `subject` may hold patient data.
    """
    values = {"kind": kind, "subject": subject, "text": said, "raised_at": now, "last_at": now, "try_at": now}
    if _count_up(connection, values):
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(alarm).values(**values))
    except IntegrityError:  # somebody else raised it at the same moment: the fact it tells of must not fail by that
        _count_up(connection, values)


def wall_time(moment: datetime) -> str:
    """Return a time as an alarm tells it: `09:30 on 23 November 2026`, by the clock on the wall."""
    there = local(moment)
    return f"{there:%H:%M} on {there.day} {there:%B %Y}"


def last_raised(connection: Connection, kind: AlarmKind, subject: str) -> datetime | None:
    """Return when that alarm was raised the last time; None if it never was."""
    same = (alarm.c.kind == kind) & (alarm.c.subject == subject)
    found: datetime | None = connection.execute(select(func.max(alarm.c.last_at)).where(same)).scalar()
    return found


def latest_alarms(connection: Connection, *, limit: int = 50) -> Sequence[Alarm]:
    """Return the newest alarms, newest first."""
    return _read(connection, select(alarm).order_by(alarm.c.id.desc()).limit(limit))


def alarms_since(connection: Connection, kind: AlarmKind, since: datetime) -> Sequence[Alarm]:
    """Return the alarms of a kind that were raised since then, newest first."""
    found = select(alarm).where(alarm.c.kind == kind, alarm.c.last_at >= since)
    return _read(connection, found.order_by(alarm.c.id.desc()).limit(50))


def due_alarms(connection: Connection, now: datetime, *, limit: int) -> Sequence[Alarm]:
    """Return what is to be sent by now, oldest first."""
    due = select(alarm).where(_IS_UNSENT, alarm.c.try_at <= now).order_by(alarm.c.id)
    return _read(connection, due.limit(limit))


def _read(connection: Connection, wanted: Select[Any]) -> list[Alarm]:
    names = [one.name for one in fields(Alarm)]
    rows = connection.execute(wanted).mappings()
    return [Alarm(**{name: row[name] for name in names} | {"kind": AlarmKind(row["kind"])}) for row in rows]


def _count_up(connection: Connection, values: Mapping[str, Any]) -> bool:
    same = update(alarm).where(_IS_UNSENT, alarm.c.kind == values["kind"], alarm.c.subject == values["subject"])
    counted = {"count": alarm.c.count + 1, "text": values["text"], "last_at": values["last_at"]}
    return connection.execute(same.values(**counted)).rowcount > 0
