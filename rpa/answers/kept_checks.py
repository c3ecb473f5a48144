"""Checks of the record that are kept: who wanted them, how far they came, what they found. The last thirty stay."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select, update

from rpa.alarms import AlarmKind, raise_alarm
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.audit_tables import record_check

MOST = 30
SILENT_AFTER = timedelta(minutes=2)
"""A check without a sign of life for so long has ended without an answer."""
_SAID_EVERY = 1.0
_LOCK = "checks of the record"
_TO_DO = "Keep the database as it is, and call the digital team."
_STOPPED = ("Whoever checked has stopped in the middle. Check it again.",)


class Result(StrEnum):
    """What a check found."""

    WHOLE = "whole"
    """Everything is as it was written, and all of it is proved."""
    UNPROVED = "unproved"
    """Nothing was altered, and something can't be proved."""
    BROKEN = "broken"
    """Something was altered."""
    FAILED = "failed"
    """It came to no end."""


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """One check of the whole record."""

    id: int
    asked_by: str
    asked_at: datetime
    seen_at: datetime
    looked_at: int
    entries: int
    ended_at: datetime | None
    result: Result | None
    said: Sequence[str]

    @property
    def is_running(self) -> bool:
        """Whether it has come to no end yet."""
        return self.result is None


class KeptChecks:
    """Keeps what checks say of themselves; one is done at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._said_at = -_SAID_EVERY

    def begin(self, by: str, *, entries: int) -> tuple[int, bool]:
        """Return the number of a new check, or of the one that is under way, and whether it is new."""
        now = self._clock.now()
        with self._database.transaction() as connection:
            self._database.lock_input(connection, _LOCK)
            self._give_up(connection, now)
            running = connection.execute(select(record_check.c.id).where(record_check.c.ended_at.is_(None))).scalar()
            if running is not None:
                return int(running), False
            values = {"asked_by": by, "asked_at": now, "seen_at": now, "looked_at": 0, "entries": entries, "said": []}
            made = connection.execute(insert(record_check).values(**values).returning(record_check.c.id)).scalar_one()
            oldest = select(record_check.c.id).order_by(record_check.c.id.desc()).offset(MOST - 1).limit(1)
            kept = connection.execute(oldest).scalar()
            if kept is not None:
                connection.execute(delete(record_check).where(record_check.c.id < kept))
        return int(made), True

    def reached(self, check_id: int, looked_at: int) -> None:
        """Say how many entries were looked at; not more often than anybody reads it."""
        if self._clock.monotonic() - self._said_at < _SAID_EVERY:
            return
        self._said_at = self._clock.monotonic()
        self._change(check_id, looked_at=looked_at, seen_at=self._clock.now())

    def end(self, check_id: int, result: Result, said: Sequence[str], *, looked_at: int | None = None) -> None:
        """Say what was found, with an alarm where something was altered; a check that has ended stays as it is."""
        now = self._clock.now()
        number = {} if looked_at is None else {"looked_at": looked_at, "entries": looked_at}
        alarm = f"{' '.join(said[:1])} {_TO_DO}" if result is Result.BROKEN else ""
        self._change(check_id, alarm, ended_at=now, seen_at=now, result=result, said=list(said), **number)

    def last(self, limit: int = MOST) -> list[KeptCheck]:
        """Return the last checks, newest first; one that was silent for too long has failed."""
        with self._database.reading() as connection:
            rows = connection.execute(select(record_check).order_by(record_check.c.id.desc()).limit(limit)).mappings()
            return [_kept(row, self._clock.now() - SILENT_AFTER) for row in rows]

    def newest(self) -> KeptCheck | None:
        """Return the last check that came to an end with an answer."""
        return next((one for one in self.last() if one.result not in (None, Result.FAILED)), None)

    def broken_since(self) -> datetime | None:
        """Return when it was first noticed that the record is broken; None if the last answer was another."""
        first = None
        for one in self.last():
            if one.result in (None, Result.FAILED):
                continue
            if one.result is not Result.BROKEN:
                break
            first = one.ended_at
        return first

    def _change(self, check_id: int, alarm: str = "", /, **values: Any) -> None:
        mine = (record_check.c.id == check_id) & record_check.c.ended_at.is_(None)
        with self._database.transaction() as connection:
            is_changed = connection.execute(update(record_check).where(mine).values(**values)).rowcount == 1
            if alarm and is_changed:
                raise_alarm(connection, AlarmKind.RECORD_BROKEN, subject="record", said=alarm, now=self._clock.now())

    def _give_up(self, connection: Any, now: datetime) -> None:
        silent = record_check.c.ended_at.is_(None) & (record_check.c.seen_at < now - SILENT_AFTER)
        connection.execute(update(record_check).where(silent).values(
            ended_at=now, result=Result.FAILED, said=_STOPPED
        ))  # fmt: skip


def _kept(row: Any, silent: datetime) -> KeptCheck:
    found = KeptCheck(**{**row, "result": Result(row["result"]) if row["result"] else None})
    if found.is_running and found.seen_at < silent:
        return replace(found, ended_at=found.seen_at, result=Result.FAILED, said=_STOPPED)
    return found
