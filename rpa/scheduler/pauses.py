"""The switch by which a person pauses a schedule."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from rpa.audit import Event, Record, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import schedule_pause
from rpa.exceptions import UsageError
from rpa.models import Actor


@dataclass(frozen=True, slots=True)
class Pause:
    """Who paused a schedule, when and why."""

    paused_at: datetime
    paused_by: str
    why: str

    def __str__(self) -> str:
        return f"paused by {self.paused_by}: {self.why}"


class Pauses:
    """Which schedules are paused."""

    def __init__(self, database: Database, record: Record, now: Callable[[], datetime]) -> None:
        self._database = database
        self._record = record
        self._now = now

    def of(self, name: str) -> Pause | None:
        """Return the pause of a schedule; None if it is not paused."""
        wanted = select(schedule_pause).where(schedule_pause.c.schedule == name)
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return Pause(row.paused_at, row.paused_by, row.why) if row else None

    def begin(self, name: str, *, by: Actor, why: str) -> None:
        """Pause a schedule.

        Raises:
            UsageError: It is paused already.
        """
        values = {"schedule": name, "paused_at": self._now(), "paused_by": by.name, "why": why}
        try:
            with self._database.transaction() as connection:
                connection.execute(insert(schedule_pause).values(**values))
                event = Event("schedule.paused", by, facts={"schedule": name}, payload=own_words(why))
                self._record.append(connection, SYSTEM_RUN, event)
        except IntegrityError:
            raise UsageError(f"schedule {name} is {self.of(name)}; resume it first to pause it anew") from None

    def end(self, name: str, *, by: Actor, why: str) -> None:
        """Let a schedule start jobs again.

        Raises:
            UsageError: It is not paused.
        """
        with self._database.transaction() as connection:
            mine = delete(schedule_pause).where(schedule_pause.c.schedule == name)
            if connection.execute(mine).rowcount != 1:
                raise UsageError(f"schedule {name} is not paused; `rpa schedules` shows which are")
            event = Event("schedule.resumed", by, facts={"schedule": name}, payload=own_words(why))
            self._record.append(connection, SYSTEM_RUN, event)
