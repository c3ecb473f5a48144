"""The register of worker processes: each start is a new identity, and a process that is gone is known to be gone."""

import os
import socket
from dataclasses import dataclass
from uuid import uuid4

import psutil
from sqlalchemy import insert, select, update

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import worker
from rpa.models import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class Identity:
    """One start of a worker process."""

    id: str
    host: str
    pid: int
    process_made_at: str


def this_process() -> Identity:
    """Return a fresh identity for this process."""
    made_at = str(psutil.Process().create_time())
    return Identity(uuid4().hex, socket.gethostname(), os.getpid(), made_at)


class Workers:
    """Who works, and who has gone without saying so."""

    def __init__(self, database: Database, record: Record, clock: Clock) -> None:
        self._database = database
        self._record = record
        self._clock = clock

    def register(self, me: Identity) -> None:
        """Say that this process works from now on."""
        now = self._clock.now()
        values = {"id": me.id, "host": me.host, "pid": me.pid, "process_made_at": me.process_made_at}
        with self._database.transaction() as connection:
            connection.execute(insert(worker).values(**values, started_at=now))
            self._record.append(connection, SYSTEM_RUN, _event("worker.started", me))

    def end(self, me: Identity) -> None:
        """Say that this process stops."""
        self._close(me, "worker.ended")

    def bury(self, me: Identity) -> list[str]:
        """Close and return the ids of workers of this machine whose process is gone."""
        alive = worker.c.ended_at.is_(None) & (worker.c.host == me.host) & (worker.c.id != me.id)
        with self._database.reading() as connection:
            others = [Identity(*row) for row in connection.execute(
                select(worker.c.id, worker.c.host, worker.c.pid, worker.c.process_made_at).where(alive))]  # fmt: skip
        gone = [one for one in others if not _runs(one)]
        for one in gone:
            self._close(one, "worker.lost")
        return [one.id for one in gone]

    def _close(self, one: Identity, event_name: str) -> None:
        now = self._clock.now()
        with self._database.transaction() as connection:
            still = update(worker).where(worker.c.id == one.id, worker.c.ended_at.is_(None))
            if connection.execute(still.values(ended_at=now)).rowcount:
                self._record.append(connection, SYSTEM_RUN, _event(event_name, one))


def _runs(one: Identity) -> bool:
    try:
        process = psutil.Process(one.pid)
        # The process id may have been given to another process since; a zombie does nothing any more.
        return str(process.create_time()) == one.process_made_at and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _event(name: str, one: Identity) -> Event:
    facts = {"worker": one.id, "host": one.host, "pid": one.pid}
    return Event(name, Actor(ActorKind.LIBRARY, "rpa"), facts=facts)
