"""The register of what was handed in, from the moment it was taken until its answer lies in the outbox."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from rpa.audit import Event, Record
from rpa.audit.record import SYSTEM_RUN
from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import arrival, job, worker
from rpa.exceptions import ClaimLost
from rpa.models import Actor, ActorKind
from rpa.states import JobState

_HOLD = timedelta(minutes=5)
"""How long nobody else sees to it, should the one who does hang: longer than any file takes to be read."""
_LIBRARY = Actor(ActorKind.LIBRARY, "rpa")


@dataclass(frozen=True, slots=True)
class NewArrival:
    """A hand-in that was taken just now."""

    workflow: str
    name: str
    digest: str
    sender: str
    inbox: str
    place: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A hand-in as stored. It has a job, or the sentence it was refused with, or it is still to be read."""

    id: int
    workflow: str
    name: str
    digest: str
    sender: str
    inbox: str
    place: str
    job_id: int | None
    refused: str | None
    tries: int
    held_until: datetime
    returned_at: datetime | None


class Arrivals:
    """Each move is one transaction with its event in the record, and is guarded by what it may start from."""

    def __init__(self, database: Database, record: Record, clock: Clock, *, holder: str) -> None:
        self._database = database
        self._record = record
        self._clock = clock
        self._holder = holder

    def at(self, place: str) -> Arrival | None:
        """Return what was taken to that place."""
        found = self._all(arrival.c.place == place)
        return found[0] if found else None

    def begin(self, new: NewArrival) -> Arrival | None:
        """Note what was taken, and hold it.

        Returns:
            None when somebody else noted it, or when the same bytes are being read as another arrival.
        """
        values = {one.name: getattr(new, one.name) for one in fields(new)} | self._held()
        by = Actor(ActorKind.PERSON, new.sender) if new.sender else _LIBRARY
        try:
            with self._database.transaction() as connection:
                made = insert(arrival).values(**values, tries=1, taken_at=self._clock.now()).returning(arrival.c.id)
                facts = {"arrival": connection.execute(made).scalar_one(), "workflow": new.workflow}
                self._append(connection, SYSTEM_RUN, Event("arrival.taken", by, facts=facts | {"sha256": new.digest}))
        except IntegrityError:
            return None
        return self.at(new.place)

    def hold(self, one: Arrival) -> bool:
        """Hold an arrival that nobody holds any more; False when somebody does."""
        gone = select(worker.c.id).where(worker.c.ended_at.is_not(None))
        free = or_(arrival.c.held_until < self._clock.now(), arrival.c.holder.in_(gone))
        same = update(arrival).where(arrival.c.id == one.id, arrival.c.held_until == one.held_until, free)
        with self._database.transaction() as connection:
            return connection.execute(same.values(**self._held(), tries=arrival.c.tries + 1)).rowcount == 1

    def put_off(self, one: Arrival, span: timedelta, *, counted: bool) -> None:
        """Let it be for a while; what was not its own fault is not counted as a try."""
        values = {"held_until": self._clock.now() + span, "tries": arrival.c.tries - int(not counted)}
        with self._database.transaction() as connection:
            connection.execute(update(arrival).where(arrival.c.id == one.id).values(**values))

    def link(self, one: Arrival, connection: Connection, job_id: int) -> None:
        """Give an arrival its job, in the transaction that makes the job.

        Raises:
            ClaimLost: It has its end already, from somebody who took over: there must be no second job.
        """
        unread = update(arrival).where(arrival.c.id == one.id, arrival.c.job_id.is_(None), arrival.c.refused.is_(None))
        if connection.execute(unread.values(job_id=job_id, tries=0)).rowcount != 1:
            raise ClaimLost(f"arrival {one.id} was read by another worker meanwhile; nothing was submitted here")

    def refuse(self, one: Arrival, said: str, *, job_id: int | None = None) -> None:
        """Refuse an arrival that has no end yet; `job_id` is the job that the same bytes made before."""
        unread = update(arrival).where(arrival.c.id == one.id, arrival.c.job_id.is_(None), arrival.c.refused.is_(None))
        facts = {"arrival": one.id, "workflow": one.workflow, "job": job_id}
        with self._database.transaction() as connection:
            if connection.execute(unread.values(refused=said, job_id=job_id, tries=0)).rowcount:
                event = Event("arrival.refused", _LIBRARY, facts=facts, payload={"said": said, "name": one.name})
                self._append(connection, SYSTEM_RUN, event)

    def to_return(self, inboxes: Collection[str]) -> list[Arrival]:
        """Return what came from these drop folders and whose job is completed, and that nobody holds."""
        finished = select(job.c.id).where(job.c.id == arrival.c.job_id, job.c.state == JobState.COMPLETED)
        return self._all(
            arrival.c.returned_at.is_(None),
            arrival.c.refused.is_(None),
            arrival.c.inbox.in_(inboxes),
            finished.exists(),
        )

    def note_returned(self, one: Arrival, *, sha256: str | None) -> None:
        """Note that the answer lies in the outbox: the results, or the file itself with a note."""
        run = SYSTEM_RUN if one.job_id is None or one.refused is not None else f"job-{one.job_id}"
        facts = {"arrival": one.id, "sha256": sha256}
        open_still = update(arrival).where(arrival.c.id == one.id, arrival.c.returned_at.is_(None))
        with self._database.transaction() as connection:
            if connection.execute(open_still.values(returned_at=self._clock.now())).rowcount:
                self._append(connection, run, Event("arrival.returned", _LIBRARY, facts=facts))

    def _held(self) -> dict[str, Any]:
        return {"holder": self._holder, "held_until": self._clock.now() + _HOLD}

    def _append(self, connection: Connection, run: str, event: Event) -> None:
        self._record.append(connection, run, event)

    def _all(self, *which: ColumnElement[bool]) -> list[Arrival]:
        with self._database.reading() as connection:
            rows = connection.execute(select(arrival).where(*which).order_by(arrival.c.id)).mappings().all()
        return [_arrival(row) for row in rows]


def _arrival(row: RowMapping) -> Arrival:
    return Arrival(**{one.name: row[one.name] for one in fields(Arrival)})
