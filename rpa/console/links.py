"""Links that work once: with the first somebody becomes admin, with each other a person chooses his password."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from rpa.clock import Clock
from rpa.console.people import People, Person
from rpa.db import Database
from rpa.db.console_tables import Role, one_time_link
from rpa.exceptions import NotFoundError, UsageError
from rpa.models import Actor, ActorKind

HOLDS = timedelta(hours=24)
_NOBODY = Actor(ActorKind.LIBRARY, "rpa")


class Links:
    """Makes links, and lets whoever has one choose a password."""

    def __init__(self, database: Database, people: People, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def for_first_admin(self) -> str | None:
        """Return a new link's secret in place of an older one; None when there is an admin."""
        return None if self._people.has_admin() else self._made(None, _NOBODY)

    def for_person(self, whose: Person, *, by: Actor) -> str:
        """Return a new link's secret for a person, in place of an older one."""
        return self._made(whose, by)

    def whose(self, secret: str) -> Person | None:
        """Return for whom a link is; None for the first admin.

        Raises:
            NotFoundError: It was used, is too old, or never was one.
        """
        with self._database.reading() as connection:
            row = connection.execute(select(one_time_link).where(one_time_link.c.digest == _digest(secret))).first()
        if row is None or row.until < self._clock.now() or (row.person_id is None and self._people.has_admin()):
            raise NotFoundError("this link was used, or is too old; ask for a new one")
        return None if row.person_id is None else self._people.get(row.person_id)

    def use(self, secret: str, name: str, password: str) -> Person:
        """Let whoever has a link choose his password, and with the first link his name; the link ends.

        Raises:
            NotFoundError: The link holds no longer.
            UsageError: The name or the password won't do.
        """
        who = self.whose(secret)
        if who is None and not name.strip():
            raise UsageError("Enter your name")
        kept = self._people.stored_form(
            name if who is None else who.name, password
        )  # which takes its time, so it comes before the transaction
        with self._database.transaction() as connection:
            self._database.lock_input(connection, "people")  # before the link, as whoever lets a person out does
            self._take(connection, secret)
            made = who.id if who is not None else self._people.add_in(connection, name, [Role.ADMIN], by=_NOBODY)
            actor = who.actor if who is not None else Actor(ActorKind.PERSON, " ".join(name.split()))
            self._people.keep_password(connection, made, actor, kept)
        return self._people.get(made)

    def _take(self, connection: Connection, secret: str) -> None:
        """End a link. Of two who use it at once, the second finds none, for the database lets one at a time do this."""
        mine = delete(one_time_link).where(one_time_link.c.digest == _digest(secret))
        if connection.execute(mine).rowcount != 1:
            raise NotFoundError("this link was used; ask for a new one")

    def _made(self, whose: Person | None, by: Actor) -> str:
        secret, until = secrets.token_urlsafe(24), self._clock.now() + HOLDS
        with self._database.transaction() as connection:
            self._database.lock_input(connection, "people")
            connection.execute(delete(one_time_link).where(_of(whose) | (one_time_link.c.until < self._clock.now())))
            connection.execute(insert(one_time_link).values(**_row(secret, whose, until)))
            if whose is not None:  # whoever holds it can choose the password, so it is known who made it
                self._people.tell(connection, "person.link_made", by, name=whose.name)
        return secret


def link_at(address: str, secret: str) -> str:
    """Return a link whole, at the address of a console."""
    return f"{address}/set-up/{secret}"


def _of(whose: Person | None) -> ColumnElement[bool]:
    return one_time_link.c.person_id.is_(None) if whose is None else one_time_link.c.person_id == whose.id


def _row(secret: str, whose: Person | None, until: datetime) -> dict[str, object]:
    return {"digest": _digest(secret), "person_id": None if whose is None else whose.id, "until": until}


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
