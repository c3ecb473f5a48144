"""The rota: of many workers one does a duty, and the others see that it is done."""

from datetime import timedelta

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from rpa.clock import Clock
from rpa.db import Database
from rpa.db.tables import duty


class Rota:
    """A row for each duty says when it is due. Whoever moves that time forward does it, until then."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def take(self, name: str, *, hold: timedelta) -> str | None:
        """Take a duty that is due; nobody else does before `hold` has passed, or `done` says otherwise.

        Returns:
            How far it came the last time, empty at first; None when it is not due.
        """
        with self._database.reading() as connection:
            found = connection.execute(select(duty).where(duty.c.name == name)).one_or_none()
        if found is not None and found.due_at > self._clock.now():
            return None
        with self._database.transaction() as connection:
            return self._begun(connection, name, hold) if found is None else self._moved(connection, found, hold)

    def done(self, name: str, *, again_in: timedelta, reached: str) -> None:
        """Say how far a duty came, and when it is due again."""
        values = {"due_at": self._clock.now() + again_in, "reached": reached}
        with self._database.transaction() as connection:
            connection.execute(update(duty).where(duty.c.name == name).values(**values))

    def _begun(self, connection: Connection, name: str, hold: timedelta) -> str | None:
        try:
            with connection.begin_nested():
                connection.execute(insert(duty).values(name=name, due_at=self._clock.now() + hold, reached=""))
        except IntegrityError:  # somebody else was the first
            return None
        return ""

    def _moved(self, connection: Connection, found: Row[tuple[object, ...]], hold: timedelta) -> str | None:
        same = update(duty).where(duty.c.name == found.name, duty.c.due_at == found.due_at)
        moved = connection.execute(same.values(due_at=self._clock.now() + hold)).rowcount
        return str(found.reached) if moved else None
