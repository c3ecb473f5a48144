"""Alarms: what a person must know now. Each is raised in the transaction of the fact it tells of, and sent later."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, text, update

from rpa.db.tables import alarm

_IS_UNSENT = text("alarm.sent_at IS NULL")  # in the words of the partial index, so that it is used


class AlarmKind(StrEnum):
    """What an alarm is about."""

    NEEDS_PERSON = "needs_person"
    """Items of a job that is done need a person. Its subject is the job's number."""
    BREAKER_OPENED = "breaker_opened"
    """A system failed too often in a row and is left alone. Its subject is the system."""
    WORKER_SILENT = "worker_silent"
    """A worker gave no sign of life. Its subject is the worker."""
    SCHEDULE_MISSED = "schedule_missed"
    """A schedule's due time passed without a job. Its subject is the schedule."""
    DEADLINE_AT_RISK = "deadline_at_risk"
    """A job will not be done by its deadline at the present pace. Its subject is the job's number."""
    RECORD_BROKEN = "record_broken"
    """The record does not verify. Its subject is the run."""


def raise_alarm(connection: Connection, kind: AlarmKind, *, subject: str, said: str, now: datetime) -> None:
    """Store an alarm to be sent; one that still waits to be sent is counted up instead.

    `said` is a sentence for a person: what happened, and what to do. Neither it nor `subject` may hold patient data.
    """
    same = update(alarm).where(_IS_UNSENT, alarm.c.kind == kind, alarm.c.subject == subject)
    if connection.execute(same.values(count=alarm.c.count + 1, text=said)).rowcount == 0:
        connection.execute(insert(alarm).values(kind=kind, subject=subject, text=said, raised_at=now, try_at=now))
