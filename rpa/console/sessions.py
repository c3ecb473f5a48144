"""Sessions of people who sign in, kept on the server so that they can be ended: a cookie holds nothing but an id."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from rpa.clock import Clock
from rpa.console.people import People, Person
from rpa.db import Database
from rpa.db.console_tables import Stage, console_session, person
from rpa.exceptions import NotFoundError, UsageError

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)
"""A session ends when nobody used it for so long, and at the end of a day's work in any case."""
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds."""

    id: str
    person: Person
    stage: Stage

    @property
    def token(self) -> str:
        """What the forms of its pages bear, so that no page of elsewhere can send one."""
        return hmac.digest(self.id.encode(), b"form", "sha256").hex()

    @property
    def is_in(self) -> bool:
        """Whether the person has shown all that is asked for."""
        return self.stage is Stage.IN


@dataclass(frozen=True, slots=True)
class Held:
    """A session as others may see it: without its id."""

    person_id: int
    name: str
    is_in: bool
    began_at: datetime
    seen_at: datetime


class Sessions:
    """Begins and ends sessions."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def begin(self, who: Person, stage: Stage, *, instead_of: Session | None = None, way: str = "password") -> Session:
        """Begin a session under a new id; the one that it takes the place of ends. The record names the way in.

        Raises:
            UsageError: Roles or password are others since the person was found, or the session that he was half in
                with has ended: what he has shown may be too little by now.
        """
        made, now = secrets.token_urlsafe(32), self._clock.now()
        values = {"digest": _digest(made), "person_id": who.id, "stage": stage, "began_at": now, "seen_at": now}
        with self._database.transaction() as connection:
            over = (console_session.c.seen_at < now - IDLE) | (console_session.c.began_at < now - LONGEST)
            is_still = self._people.is_still(connection, who)
            connection.execute(delete(console_session).where(over))
            if instead_of is not None:
                mine = delete(console_session).where(console_session.c.digest == _digest(instead_of.id))
                is_still &= connection.execute(mine).rowcount == 1 or instead_of.is_in or instead_of.person.id != who.id
            if not is_still:
                raise UsageError(f"{who.name} was changed, or signed out, in this very moment; sign in again")
            connection.execute(insert(console_session).values(**values))
            if stage is Stage.IN:
                connection.execute(update(person).where(person.c.id == who.id).values(signed_in_at=now))
                self._people.tell(connection, "person.signed_in", who.actor, way=way)
        return Session(made, who, stage)

    def find(self, session_id: str) -> Session | None:
        """Return the session of an id if it still holds, and note that it is used."""
        now, mine = self._clock.now(), console_session.c.digest == _digest(session_id)
        with self._database.reading() as connection:
            row = connection.execute(select(console_session).where(mine)).first()
        if row is None or row.seen_at < now - IDLE or row.began_at < now - LONGEST:
            return None
        try:
            who = self._people.get(row.person_id)
        except NotFoundError:
            return None
        if row.stage == Stage.SET_UP and who.has_codes:  # he has set them up elsewhere: here, it may be somebody else
            return None
        if row.seen_at < now - _NOTED_EVERY:
            with self._database.transaction() as connection:
                connection.execute(update(console_session).where(mine).values(seen_at=now))
        return Session(session_id, who, Stage(row.stage))

    def end(self, one: Session) -> None:
        """End a session."""
        with self._database.transaction() as connection:
            connection.execute(delete(console_session).where(console_session.c.digest == _digest(one.id)))
            self._people.tell(connection, "person.signed_out", one.person.actor)

    def of(self, whose: Person) -> list[Held]:
        """Return where a person is signed in, newest first."""
        return [one for one in self.all() if one.person_id == whose.id]

    def all(self) -> list[Held]:
        """Return who is signed in, newest first: no more sessions are kept than a day has."""
        now = self._clock.now()
        holds = (console_session.c.seen_at >= now - IDLE, console_session.c.began_at >= now - LONGEST)
        asked = select(console_session, person.c.name).join(person).where(*holds, person.c.ended_at.is_(None))
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(console_session.c.began_at.desc())).all()
        return [Held(row.person_id, row.name, row.stage == Stage.IN, row.began_at, row.seen_at) for row in rows]


def _digest(session_id: str) -> str:
    return sha256(session_id.encode()).hexdigest()
