"""The switch by which a person pauses the workers of a machine: they live on, and take no item until it is resumed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from rpa.audit import Event, Record, own_words
from rpa.audit.record import SYSTEM_RUN
from rpa.db import Database
from rpa.db.tables import machine_pause, worker
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor


@dataclass(frozen=True, slots=True)
class MachinePause:
    """Who paused a machine, when and why."""

    host: str
    paused_at: datetime
    paused_by: str
    why: str
    at_once: bool
    """Whether an attempt under way ends at its next step, and not when its item is done."""

    def __str__(self) -> str:
        return f"paused by {self.paused_by}: {self.why}"


class Machines:
    """Which machines are paused."""

    def __init__(self, database: Database, record: Record, now: Callable[[], datetime]) -> None:
        self._database = database
        self._record = record
        self._now = now

    def pauses(self) -> dict[str, MachinePause]:
        """Return the pauses, by the machine."""
        with self._database.reading() as connection:
            return {row.host: _pause(row) for row in connection.execute(select(machine_pause))}

    def pause_of(self, host: str) -> MachinePause | None:
        """Return the pause of a machine; None if it is not paused."""
        with self._database.reading() as connection:
            return _found(connection, host)

    def pause(self, host: str, *, by: Actor, why: str, at_once: bool = False) -> None:
        """Let the workers of a machine take no item until it is resumed.

        What is under way is done first; `at_once`, it ends at its next step, goes back in the queue and loses no
        attempt. A machine that waits for what is under way may be paused again `at_once`.

        Raises:
            NotFoundError: No worker runs there.
            UsageError: It is paused already.
        """
        with self._database.transaction() as connection:
            self._database.lock_input(connection, f"machine {host}")
            before = _found(connection, host)
            if before is not None and not (at_once and not before.at_once):
                raise UsageError(f"machine {host} is {before}; resume it first to pause it anew")
            if before is None and not _works(connection, host):
                raise NotFoundError(f"no worker runs on a machine {host!r}; `rpa workers` lists those there are")
            connection.execute(delete(machine_pause).where(machine_pause.c.host == host))
            values = {"paused_at": self._now(), "paused_by": by.name, "why": why, "at_once": int(at_once)}
            connection.execute(insert(machine_pause).values(host=host, **values))
            facts = {"machine": host, "at_once": at_once}
            self._record.append(
                connection, SYSTEM_RUN, Event("machine.paused", by, facts=facts, payload=own_words(why))
            )

    def resume(self, host: str, *, by: Actor, why: str) -> None:
        """Let the workers of a machine take items again.

        Raises:
            UsageError: It is not paused.
        """
        with self._database.transaction() as connection:
            if connection.execute(delete(machine_pause).where(machine_pause.c.host == host)).rowcount != 1:
                raise UsageError(f"machine {host} is not paused; `rpa workers` shows which are")
            event = Event("machine.resumed", by, facts={"machine": host}, payload=own_words(why))
            self._record.append(connection, SYSTEM_RUN, event)


def _found(connection: Connection, host: str) -> MachinePause | None:
    row = connection.execute(select(machine_pause).where(machine_pause.c.host == host)).one_or_none()
    return None if row is None else _pause(row)


def _works(connection: Connection, host: str) -> bool:
    alive = select(worker.c.id).where(worker.c.host == host, worker.c.ended_at.is_(None)).limit(1)
    return connection.execute(alive).first() is not None


def _pause(row: Row[Any]) -> MachinePause:
    return MachinePause(row.host, row.paused_at, row.paused_by, row.why, bool(row.at_once))
