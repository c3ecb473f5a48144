"""The register of workers and their slots: each start is a new identity, and one that is gone is known to be gone."""

import os
import socket
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import psutil
from sqlalchemy import ColumnElement, insert, literal_column, or_, select, update

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.leases import LeaseClock
from rpa.db.tables import item, worker
from rpa.models import Actor, ActorKind

if sys.platform != "win32":
    import pwd

# In the words of the index of running items, so that SQLite uses it instead of reading all items.
_IS_RUNNING: ColumnElement[bool] = literal_column("item.state = 'running'")
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Identity:
    """One start of a worker process or of one of its slots."""

    id: str
    host: str
    pid: int
    process_made_at: str
    parent: str | None = None
    """The supervisor of a slot."""
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class AtWork:
    """A worker or slot that has not ended, and what it does."""

    id: str
    host: str
    pid: int
    parent: str | None
    slot: int | None
    started_at: datetime
    seen_at: datetime | None
    item_id: int | None
    job_id: int | None
    workflow: str | None
    claimed_at: datetime | None
    version: str | None = None
    """The version of the library that it runs; None of one that is older than this column."""
    is_gone: bool = False
    """Its process was on this machine and has ended; the next worker that looks takes what it held."""


def account_name() -> str:
    """Return the account that this process runs as: what the system says, which no variable can change, if it can."""
    if sys.platform == "win32":
        return os.getlogin()  # asks the system there, where `getpass` believes a variable
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user may have no name
        return str(os.getuid())


def this_process(*, parent: str | None = None, slot: int | None = None, known_as: str | None = None) -> Identity:
    """Return a fresh identity for this process; a slot has been given its id by its supervisor."""
    made_at = _made_at(psutil.Process())
    return Identity(known_as or uuid4().hex, socket.gethostname(), os.getpid(), made_at, parent, slot)


class Workers:
    """Who works, and who has gone without saying so."""

    def __init__(self, database: Database, record: Record, clock: Clock, leases: LeaseClock | None = None) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._leases = leases

    def register(self, me: Identity) -> None:
        """Say that this process works from now on. To say it twice, because the answer was lost, changes nothing."""
        now = self._now()
        values = {"id": me.id, "host": me.host, "pid": me.pid, "process_made_at": me.process_made_at,
                  "parent": me.parent, "slot": me.slot, "started_at": now, "seen_at": now,
                  "version": version("rpa")}  # fmt: skip
        with self._database.transaction() as connection:
            if connection.execute(select(worker.c.id).where(worker.c.id == me.id)).first() is None:
                connection.execute(insert(worker).values(**values))
                self._record.append(connection, SYSTEM_RUN, _event("worker.started", me))

    def seen(self, ids: Collection[str]) -> bool:
        """Give a sign of life for a supervisor and its slots; False if the first was declared lost meanwhile."""
        living = update(worker).where(worker.c.id.in_(ids), worker.c.ended_at.is_(None)).values(seen_at=self._now())
        with self._database.transaction() as connection:
            alive = connection.execute(living.returning(worker.c.id, worker.c.parent)).all()
        return any(row.parent is None for row in alive)

    def end(self, me: Identity) -> None:
        """Say that this process stops."""
        self._close(me, "worker.ended")

    def lost(self, worker_id: str) -> None:
        """Say that a worker or slot is known to be gone."""
        for one in self._alive(worker.c.id == worker_id):
            self._close(one, "worker.lost")

    def bury(self, me: Identity, *, silent_for: timedelta | None = None) -> list[str]:
        """Close and return the ids of those that are gone.

        That is whoever's process on this machine has ended, and, by the database's clock, whoever elsewhere gave no
        sign of life for `silent_for`, or none since that clock was put back.
        """
        mine = worker.c.host == me.host
        gone = [one for one in self._alive(mine & (worker.c.id != me.id)) if not _runs(one)]
        if silent_for is not None:
            now, seen = self._now(), worker.c.seen_at
            gone += self._alive(~mine & or_(seen.is_(None), ~seen.between(now - silent_for, now + silent_for)))
        for one in gone:
            self._close(one, "worker.lost")
        return [one.id for one in gone]

    def at_work(self) -> list[AtWork]:
        """Return who has not ended, supervisors before their slots, with the item that each slot holds."""
        told = select(
            worker.c.id, worker.c.host, worker.c.pid, worker.c.parent, worker.c.slot, worker.c.started_at,
            worker.c.seen_at, worker.c.version,
        ).where(worker.c.ended_at.is_(None))  # fmt: skip
        # Not joined to the workers: for that SQLite would make an index of all items each time.
        running = select(item.c.worker, item.c.id, item.c.job_id, item.c.workflow, item.c.claimed_at)
        gone = {one.id for one in self._alive(worker.c.host == socket.gethostname()) if not _runs(one)}
        with self._database.reading() as connection:
            held = {row[0]: row[1:] for row in connection.execute(running.where(_IS_RUNNING))}
            found = [AtWork(*row[:-1], *held.get(row.id, (None,) * 4), row.version, is_gone=row.id in gone)
                     for row in connection.execute(told)]  # fmt: skip
        began = {one.id: one.started_at for one in found}
        return sorted(found, key=lambda one: (one.host, began.get(one.parent or one.id, one.started_at),
                                              one.parent or one.id, one.slot or 0))  # fmt: skip

    def _alive(self, which: ColumnElement[bool]) -> list[Identity]:
        told = (worker.c.id, worker.c.host, worker.c.pid, worker.c.process_made_at, worker.c.parent, worker.c.slot)
        with self._database.reading() as connection:
            found = connection.execute(select(*told).where(worker.c.ended_at.is_(None), which))
            return [Identity(*row) for row in found]

    def _close(self, one: Identity, event_name: str) -> None:
        with self._database.transaction() as connection:
            still = update(worker).where(worker.c.id == one.id, worker.c.ended_at.is_(None))
            if connection.execute(still.values(ended_at=self._now())).rowcount:
                self._record.append(connection, SYSTEM_RUN, _event(event_name, one))

    def _now(self) -> datetime:
        return self._leases.shared_now() if self._leases is not None else self._clock.now()


def _runs(one: Identity) -> bool:
    try:
        process = psutil.Process(one.pid)
        # The process id may have been given to another process since; a zombie does nothing any more.
        return _made_at(process) == one.process_made_at and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _made_at(process: psutil.Process) -> str:
    """Return what tells a process from any other of its number, whatever is done to the wall clock."""
    boot = _BOOT_ID.read_text(encoding="ascii")[:8] if _BOOT_ID.exists() else ""
    return f"{hash(process)}{boot}"  # psutil hashes the number and the time since the machine was started


def _event(name: str, one: Identity) -> Event:
    facts = {"worker": one.id, "host": one.host, "pid": one.pid, "parent": one.parent, "slot": one.slot}
    return Event(name, Actor(ActorKind.LIBRARY, "rpa"), facts={key: value for key, value in facts.items() if value})
